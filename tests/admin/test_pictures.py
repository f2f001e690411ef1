"""Pictures on the page of a product: uploading, ordering, removing, and refusing with a reason."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from contexts.catalog.models import Picture, Product
from tests.admin.operators import form_data, operator_client
from tests.catalog.variants import create_variant
from tests.pictures import GREEN, image_file, photo, upload

pytestmark = pytest.mark.django_db(databases="__all__")

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def product() -> Product:
    return create_variant("MUG").product


def page_of(product: Product) -> str:
    return f"/admin/catalog/product/{product.pk}/change/"


def with_pictures(form: dict[str, Any], *uploads: Any) -> dict[str, Any]:
    """Add rows with these files to the form of a product, after its present rows."""
    count = int(form["pictures-TOTAL_FORMS"])
    for number, file in enumerate(uploads, start=count):
        form |= {f"pictures-{number}-upload": file, f"pictures-{number}-alt": f"Picture {number}"}
    return form | {"pictures-TOTAL_FORMS": str(count + len(uploads))}


def send(browser: Client, product: Product, *uploads: Any, **changes: Any) -> Any:
    form = {name: value for name, value in form_data(browser.get(page_of(product))).items() if value is not None}
    return browser.post(page_of(product), with_pictures(form, *uploads) | changes)


def shown(product: Product) -> list[str]:
    return [picture.alt for picture in product.pictures.all()]


class TestUploading:
    def test_shows_the_pictures_on_the_page_and_in_the_shop(self, product: Product) -> None:
        browser = operator_client("Catalogue editor")

        saved = send(
            browser,
            product,
            upload(),
            upload(image_file(Image.new("RGB", (64, 48), GREEN), "PNG"), "back.png", "image/png"),
        )

        assert saved.status_code == 302
        assert shown(product) == ["Picture 0", "Picture 1"]
        (image, _) = browser.get("/api/v1/catalog/products/mug").json()["images"]
        assert browser.get(image).content[8:12] == b"WEBP"
        assert Picture.objects.get(position=0).thumbnail in browser.get(page_of(product)).content.decode()
        assert "Added picture “Picture 0”." in LogEntry.objects.get().get_change_message()

    def test_orders_describes_replaces_and_removes_pictures(self, product: Product) -> None:
        browser = operator_client("Catalogue editor")
        send(browser, product, upload(), upload(photo(GREEN)), upload())
        green = Picture.objects.get(position=1).large
        moved = {"pictures-0-place": "1", "pictures-1-place": "0", "pictures-1-alt": "In green"}

        send(browser, product, **moved, **{"pictures-0-upload": upload(photo(GREEN)), "pictures-2-DELETE": "on"})

        assert shown(product) == ["In green", "Picture 0"]
        assert [picture.large for picture in product.pictures.all()] == [green, green]

    def test_changes_nothing_if_the_form_is_unchanged(self, product: Product) -> None:
        browser = operator_client("Catalogue editor")
        send(browser, product, upload())
        before = Picture.objects.values().get()

        send(browser, product)

        assert Picture.objects.values().get() == before


class TestAnUnusablePicture:
    @pytest.mark.parametrize(
        ("file", "why"),
        [
            (lambda: upload(SVG, "mug.svg", "image/svg+xml"), "mug.svg cannot be used. It is not a JPEG, PNG or WebP"),
            (lambda: upload(SVG), "mug.jpg cannot be used. It is not a JPEG, PNG or WebP"),
            (lambda: upload(photo(size=(640, 480))[:2000]), "damaged or incomplete"),
            (lambda: upload(b""), "The submitted file is empty."),
            (lambda: upload(photo() + b"x" * 12_000_000), "mug.jpg is larger than 10 MB"),
            (lambda: "", "This field is required."),
        ],
        ids=["a script", "a script by another name", "half a picture", "nothing", "12 MB", "no file"],
    )
    def test_is_refused_with_the_reason_and_nothing_changes(self, product: Product, file: Any, why: str) -> None:
        browser = operator_client("Catalogue editor")

        refused = send(browser, product, upload(), file(), name="Another name")

        assert refused.status_code == 200
        assert why in refused.content.decode()
        assert (shown(product), Product.objects.get().name) == ([], "Mug")
        assert not default_storage.exists(str(product.pk))

    def test_is_one_without_a_description(self, product: Product) -> None:
        refused = send(operator_client("Catalogue editor"), product, upload(), **{"pictures-0-alt": " "})

        assert (refused.status_code, shown(product)) == (200, [])

    def test_is_one_too_many(self, product: Product) -> None:
        refused = send(operator_client("Catalogue editor"), product, *(upload() for _ in range(21)))

        assert "at most 20 pictures" in refused.content.decode()
        assert shown(product) == []


class TestABodyThatIsTooLarge:
    """The larger limit of a form with files applies only to the pages of products, and to signed-in operators."""

    @pytest.mark.parametrize(
        ("path", "length"), [("/admin/catalog/product/add/", 65_000_000), ("/admin/basket/coupon/add/", 1_000_001)]
    )
    def test_is_refused_with_a_page_that_says_so(self, path: str, length: int) -> None:
        refused = operator_client("Catalogue editor").generic("POST", path, b"x" * length, "multipart/form-data")

        assert (refused.status_code, refused["Content-Type"]) == (413, "text/html; charset=utf-8")
        assert "This form is too large" in refused.content.decode()

    def test_from_a_client_that_is_not_signed_in_is_not_read(self, product: Product) -> None:
        client = Client(enforce_csrf_checks=True)

        response = client.post(page_of(product), {"pictures-0-upload": upload()})

        assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/admin/login/")
        assert not hasattr(response.wsgi_request, "_post")
