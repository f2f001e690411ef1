"""The guards of uploaded pictures, and of what is off sale."""

from tests.mutants.mutant import Mutant, without

ENCODING = "contexts/catalog/adapters/picture_encoding.py"
ENCODED = "tests/catalog/test_picture_encoding.py"
SALE = "tests/catalog/test_sale.py"

MUTANTS: list[Mutant] = [
    without(
        "pictures of any number of pixels",
        ENCODING,
        "if max(image.size) > MAX_SIDE or image.width * image.height > MAX_PIXELS:",
        "if False:",
        killed_by=f"{ENCODED}::TestUnusableUpload::test_is_refused_by_its_header_and_never_decoded",
    ),
    without(
        "pictures that tell where they were taken",
        ENCODING,
        'image.save(file, "WEBP", quality=QUALITY)',
        'image.save(file, "WEBP", quality=QUALITY, exif=image.getexif())',
        killed_by=f"{ENCODED}::TestAPicture::test_stands_upright_and_has_forgotten_where_and_with_what_it_was_taken",
    ),
    without(
        "pictures kept as they were uploaded",
        ENCODING,
        "return EncodedPicture(large=_to_webp(large),",
        'image.fp and image.fp.seek(0); return EncodedPicture(large=image.fp.read() if image.fp else b"<script>",',
        killed_by=f"{ENCODED}::TestAPicture::test_loses_what_else_its_file_was",
    ),
    without(
        "files of pictures that are removed before all is written",
        "contexts/catalog/use_cases/arrange_pictures.py",
        "on_commit(lambda: _remove_unused(product_id, before))",
        "_remove_unused(product_id, before)",
        killed_by="tests/catalog/test_pictures.py::TestFiles::test_stay_until_all_is_written",
    ),
    without(
        "files of strangers that are read",
        "platform/backoffice/site.py",
        'if request.method == "POST" and not self.has_permission(request):',
        "if False:",
        killed_by="tests/admin/test_pictures.py::TestABodyThatIsTooLarge"
        "::test_of_somebody_who_is_not_signed_in_is_not_read",
    ),
    without(
        "stock of what is off sale",
        "contexts/catalog/models/stock.py",
        "variant__in=on_sale, ",
        killed_by=f"{SALE}::TestAnOrder::test_gets_no_stock_of_it_however_it_came_by_the_offer",
    ),
]
