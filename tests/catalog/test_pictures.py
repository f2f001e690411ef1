"""The pictures of a product: their order, their files, and how a shopper sees them."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connections
from django.test import Client

from contexts.catalog.adapters.picture_encoding import EncodedPicture
from contexts.catalog.db import atomic
from contexts.catalog.models import Picture, Product
from contexts.catalog.use_cases.arrange_pictures import PictureChange, arrange_pictures
from tests.catalog.test_products import CATALOG, get
from tests.catalog.variants import create_variant

pytestmark = pytest.mark.django_db(databases=["catalog"])


@pytest.fixture
def product() -> Product:
    return create_variant("MUG").product


@pytest.fixture
def files(settings: Any, tmp_path: Any) -> Any:
    """Store the files of this test in a folder; return a function that reads them all, sorted."""
    folder = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": folder}
    return lambda: sorted(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def change_to(name: str, id_: UUID | None = None) -> PictureChange:
    """Return a change to a picture whose files contain its name."""
    large, thumbnail = name.encode(), f"small {name}".encode()
    encoded = EncodedPicture(large=large, thumbnail=thumbnail, width=1600, height=1200)
    return PictureChange(id=id_ or uuid4(), alt=name, encoded=encoded)


def unchanged(picture: Picture) -> PictureChange:
    return PictureChange(id=picture.pk, alt=picture.alt)


def show(product: Product, *names: str) -> list[Picture]:
    arrange_pictures(product_id=product.pk, changes=[change_to(name) for name in names])
    return pictures_of(product)


def pictures_of(product: Product) -> list[Picture]:
    return list(product.pictures.all())


class TestArranging:
    def test_shows_new_pictures_in_order(self, product: Product) -> None:
        assert [(picture.position, picture.alt) for picture in show(product, "front", "back")] == [
            (0, "front"),
            (1, "back"),
        ]

    def test_changes_places_and_descriptions(self, product: Product) -> None:
        front, back = show(product, "front", "back")
        described = PictureChange(id=back.pk, alt="from behind")

        arrange_pictures(product_id=product.pk, changes=[described, unchanged(front)])

        connections["catalog"].check_constraints()
        assert [(picture.pk, picture.alt) for picture in pictures_of(product)] == [
            (back.pk, "from behind"),
            (front.pk, "front"),
        ]
        assert pictures_of(product)[0].large == back.large

    def test_puts_a_picture_that_another_operator_added_meanwhile_last(self, product: Product) -> None:
        (front,) = show(product, "front")
        show(product, "back")

        arrange_pictures(product_id=product.pk, changes=[unchanged(front)])

        assert [picture.alt for picture in pictures_of(product)] == ["front", "back"]

    def test_ignores_a_picture_that_another_operator_removed_meanwhile(self, product: Product) -> None:
        (front,) = show(product, "front")
        arrange_pictures(product_id=product.pk, changes=[], removed=[front.pk])

        arrange_pictures(product_id=product.pk, changes=[unchanged(front)], removed=[front.pk])

        assert pictures_of(product) == []

    def test_leaves_pictures_of_other_products_alone(self, product: Product) -> None:
        (front,) = show(product, "front")

        arrange_pictures(product_id=create_variant("PAN").product.pk, changes=[unchanged(front)], removed=[front.pk])

        assert pictures_of(product) == [front]

    def test_gives_each_position_to_one_picture(self, product: Product) -> None:
        show(product, "front", "back")

        with pytest.raises(IntegrityError, match="picture_position_unique"), atomic():
            Picture.objects.update(position=0)
            connections["catalog"].check_constraints()

    def test_changes_the_picture_in_lists(self, product: Product) -> None:
        front, back = show(product, "front", "back")

        arrange_pictures(product_id=product.pk, changes=[unchanged(back), unchanged(front)])
        assert list_image() == default_storage.url(back.thumbnail)

        arrange_pictures(product_id=product.pk, changes=[], removed=[front.pk, back.pk])
        assert list_image() == f"{CATALOG}/pictures/mug.svg"


def list_image() -> Any:
    return get(f"{CATALOG}/products")["results"][0]["image"]


class TestFiles:
    def test_are_removed_with_the_last_picture_that_uses_them(
        self, product: Product, files: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        front, back, twin = show(product, "front", "back", "front")
        assert files() == [b"back", b"front", b"small back", b"small front"]

        with django_capture_on_commit_callbacks(using="catalog", execute=True):
            arrange_pictures(product_id=product.pk, changes=[], removed=[front.pk, back.pk])
        assert files() == [b"front", b"small front"]

        with django_capture_on_commit_callbacks(using="catalog", execute=True):
            arrange_pictures(product_id=product.pk, changes=[change_to("side", twin.pk)])
        assert files() == [b"side", b"small side"]

    def test_stay_until_the_transaction_commits(self, product: Product, files: Any) -> None:
        (front,) = show(product, "front")

        with pytest.raises(RuntimeError), atomic():
            arrange_pictures(product_id=product.pk, changes=[change_to("back")], removed=[front.pk])
            raise RuntimeError("the form could not be saved")

        assert pictures_of(product) == [front]
        assert {b"front", b"small front"} <= set(files())

    def test_that_are_incomplete_after_a_crash_are_written_again(self, product: Product, files: Any) -> None:
        (front,) = show(product, "front")
        default_storage.delete(front.large)
        default_storage.save(front.large, ContentFile(b"fr"))

        show(product, "front")

        assert files() == [b"front", b"small front"]

    def test_are_not_shared_between_products(self, product: Product, files: Any) -> None:
        show(product, "front")
        show(create_variant("PAN").product, "front")

        assert files().count(b"front") == 2


class TestAShopper:
    def test_sees_the_first_picture_in_the_list_and_all_on_the_page(self, product: Product) -> None:
        front, back = show(product, "front", "back")
        create_variant("PAN")

        mug, pan = get(f"{CATALOG}/products")["results"]
        detail = get(f"{CATALOG}/products/mug")

        assert mug["image"] == default_storage.url(front.thumbnail)
        assert pan["image"] == f"{CATALOG}/pictures/pan.svg"
        assert detail["images"] == [default_storage.url(front.large), default_storage.url(back.large)]
        assert detail["pictures"][1] == {
            "url": default_storage.url(back.large),
            "thumbnail": default_storage.url(back.thumbnail),
            "alt": "back",
            "width": 1600,
            "height": 1200,
        }

    def test_gets_a_file_as_a_picture_that_caches_keep_for_a_year(self, product: Product) -> None:
        show(product, "front")
        (url,) = get(f"{CATALOG}/products/mug")["images"]

        response = Client().get(url)

        assert (response.status_code, response.content) == (200, b"front")
        assert response["Content-Type"] == "image/webp"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"

    @pytest.mark.parametrize(
        "path",
        [f"{UUID(int=0)}/{'0' * 32}.webp", f"x/{'y' * 300}.webp", "../../settings.webp", "%2e%2e/%2e%2e/settings.webp"],
    )
    def test_gets_404_for_a_name_without_a_file(self, path: str, files: Any) -> None:
        response = Client().get(f"{CATALOG}/pictures/{path}")

        assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
