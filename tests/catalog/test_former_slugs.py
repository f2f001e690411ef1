"""Former slugs: the old addresses of a product redirect to its present one."""

import pytest
from django.test import Client

from contexts.catalog.models import FormerSlug, Product
from tests.catalog.test_products import CATALOG
from tests.catalog.variants import create_variant

pytestmark = pytest.mark.django_db(databases=["catalog"])


def rename(before: str, after: str) -> None:
    product = Product.objects.get(slug=before)
    product.slug = after
    product.save()


def status_and_location(address: str) -> tuple[int, str]:
    response = Client().get(f"{CATALOG}/{address}")
    return response.status_code, response.headers.get("Location", "")


def test_an_old_slug_redirects_to_the_present_one_after_several_renames() -> None:
    create_variant("MUG")
    rename("mug", "cup")
    rename("cup", "beaker")

    moved = 301, f"{CATALOG}/products/beaker"
    assert [status_and_location(f"products/{slug}") for slug in ("mug", "cup", "beaker")] == [moved, moved, (200, "")]
    assert Client().get(f"{CATALOG}/products/mug", follow=True).json()["slug"] == "beaker"


def test_the_old_address_of_a_drawing_redirects_to_the_present_one() -> None:
    create_variant("MUG")
    rename("mug", "cup")

    assert status_and_location("pictures/mug.svg") == (301, f"{CATALOG}/pictures/cup.svg")
    assert Client().get(f"{CATALOG}/pictures/mug.svg", follow=True).status_code == 200


def test_a_redirect_is_cached_for_an_hour_since_another_product_may_get_the_slug() -> None:
    create_variant("MUG")
    rename("mug", "cup")

    assert Client().get(f"{CATALOG}/products/mug")["Cache-Control"] == "public, max-age=3600"


def test_a_product_that_gets_its_old_slug_back_is_shown_under_it() -> None:
    create_variant("MUG")
    rename("mug", "cup")
    rename("cup", "mug")

    assert [status_and_location(f"products/{slug}") for slug in ("mug", "cup")] == [
        (200, ""),
        (301, f"{CATALOG}/products/mug"),
    ]


def test_two_products_that_exchange_their_slugs_are_both_found() -> None:
    create_variant("MUG"), create_variant("CUP")
    rename("mug", "between")
    rename("cup", "mug")
    rename("between", "cup")

    names = {slug: Client().get(f"{CATALOG}/products/{slug}").json()["name"] for slug in ("mug", "cup")}
    assert names == {"mug": "Cup", "cup": "Mug"}
    assert status_and_location("products/between") == (301, f"{CATALOG}/products/cup")


def test_the_product_that_has_a_slug_wins_over_the_product_that_had_it() -> None:
    create_variant("MUG")
    rename("mug", "cup")
    create_variant("MUG-2")
    rename("mug-2", "mug")

    assert Client().get(f"{CATALOG}/products/mug").json()["name"] == "Mug-2"


def test_a_former_slug_is_saved_on_any_update_and_deleted_with_its_product() -> None:
    product = create_variant("MUG").product
    Product.objects.filter(pk=product.pk).update(slug="cup")
    assert FormerSlug.objects.get().slug == "mug"

    Product.objects.get(pk=product.pk).delete()

    assert not FormerSlug.objects.exists()
    assert status_and_location("products/mug")[0] == 404


def test_a_product_off_sale_is_not_shown_under_an_old_slug() -> None:
    create_variant("MUG")
    rename("mug", "cup")
    Product.objects.update(on_sale=False)

    assert Client().get(f"{CATALOG}/products/mug", follow=True).status_code == 404
