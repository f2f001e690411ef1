"""Mutants of uploaded pictures, and of products that are off sale."""

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
        killed_by=f"{ENCODED}::TestUnusableUpload::test_that_is_too_large_is_refused_by_its_header_and_not_decoded",
    ),
    without(
        "pictures with the place where they were taken",
        ENCODING,
        'image.save(file, "WEBP", quality=QUALITY)',
        'image.save(file, "WEBP", quality=QUALITY, exif=image.getexif())',
        killed_by=f"{ENCODED}::TestAPicture::test_is_turned_upright_and_loses_its_metadata",
    ),
    without(
        "pictures that are stored as uploaded",
        ENCODING,
        "return EncodedPicture(large=_to_webp(large),",
        'image.fp and image.fp.seek(0); return EncodedPicture(large=image.fp.read() if image.fp else b"<script>",',
        killed_by=f"{ENCODED}::TestAPicture::test_loses_a_script_that_its_file_contained",
    ),
    without(
        "files of pictures that are removed before the commit",
        "contexts/catalog/use_cases/arrange_pictures.py",
        "on_commit(lambda: _remove_unused(product_id, before))",
        "_remove_unused(product_id, before)",
        killed_by="tests/catalog/test_pictures.py::TestFiles::test_stay_until_the_transaction_commits",
    ),
    without(
        "uploads of clients without a sign-in that are read",
        "platform/backoffice/site.py",
        'if request.method == "POST" and not self.has_permission(request):',
        "if False:",
        killed_by="tests/admin/test_pictures.py::TestABodyThatIsTooLarge"
        "::test_from_a_client_that_is_not_signed_in_is_not_read",
    ),
    without(
        "stock of products that are off sale",
        "contexts/catalog/models/stock.py",
        "variant__in=on_sale, ",
        killed_by=f"{SALE}::TestAnOrder::test_reserves_no_stock_of_it",
    ),
]
