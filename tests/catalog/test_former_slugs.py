"""A product that was renamed: its old addresses lead to the new one."""

import pytest
from django.test import Client

from contexts.catalog.models import FormerSlug, Product
from tests.admin.operators import form_data, operator_client
from tests.catalog.test_products import CATALOG
from tests.shop import create_variant

pytestmark = pytest.mark.django_db(databases="__all__")


def rename(before: str, after: str) -> None:
    product = Product.objects.get(slug=before)
    product.slug = after
    product.save()


def status_and_location(address: str) -> tuple[int, str]:
    answer = Client().get(f"{CATALOG}/{address}")
    return answer.status_code, answer.headers.get("Location", "")


def page_of(product: Product) -> str:
    return f"/admin/catalog/product/{product.pk}/change/"


def test_an_old_slug_leads_to_the_new_one_through_every_rename() -> None:
    create_variant("MUG")
    rename("mug", "cup")
    rename("cup", "beaker")

    moved = 301, f"{CATALOG}/products/beaker"
    assert [status_and_location(f"products/{slug}") for slug in ("mug", "cup", "beaker")] == [moved, moved, (200, "")]
    assert Client().get(f"{CATALOG}/products/mug", follow=True).json()["slug"] == "beaker"


def test_an_old_drawing_leads_to_the_new_one() -> None:
    create_variant("MUG")
    rename("mug", "cup")

    assert status_and_location("pictures/mug.svg") == (301, f"{CATALOG}/pictures/cup.svg")
    assert Client().get(f"{CATALOG}/pictures/mug.svg", follow=True).status_code == 200


def test_a_redirect_is_not_kept_for_ever_since_a_slug_may_be_given_away() -> None:
    create_variant("MUG")
    rename("mug", "cup")

    assert Client().get(f"{CATALOG}/products/mug")["Cache-Control"] == "public, max-age=3600"


def test_a_slug_that_is_taken_back_shows_the_product_again() -> None:
    create_variant("MUG")
    rename("mug", "cup")
    rename("cup", "mug")

    assert [status_and_location(f"products/{slug}") for slug in ("mug", "cup")] == [
        (200, ""),
        (301, f"{CATALOG}/products/mug"),
    ]


def test_two_products_that_change_slugs_are_both_found() -> None:
    create_variant("MUG"), create_variant("CUP")
    rename("mug", "between")
    rename("cup", "mug")
    rename("between", "cup")

    names = {slug: Client().get(f"{CATALOG}/products/{slug}").json()["name"] for slug in ("mug", "cup")}
    assert names == {"mug": "Cup", "cup": "Mug"}
    assert status_and_location("products/between") == (301, f"{CATALOG}/products/cup")


def test_the_product_that_has_a_slug_comes_before_one_that_had_it() -> None:
    create_variant("MUG")
    rename("mug", "cup")
    create_variant("MUG-2")
    rename("mug-2", "mug")

    assert Client().get(f"{CATALOG}/products/mug").json()["name"] == "Mug-2"


def test_an_operator_is_warned_of_a_slug_that_another_product_had_before() -> None:
    create_variant("MUG")
    rename("mug", "cup")
    other, browser = create_variant("PAN").product, operator_client("Catalogue editor")

    saved = browser.post(page_of(other), form_data(browser.get(page_of(other))) | {"slug": "mug"}, follow=True)

    assert "Mug was at “mug” before." in saved.content.decode()
    assert status_and_location("products/pan") == (301, f"{CATALOG}/products/mug")


def test_a_slug_is_remembered_whatever_writes_the_new_one_and_goes_with_its_product() -> None:
    product = create_variant("MUG").product
    Product.objects.filter(pk=product.pk).update(slug="cup")
    assert FormerSlug.objects.get().slug == "mug"

    Product.objects.get(pk=product.pk).delete()

    assert not FormerSlug.objects.exists()
    assert status_and_location("products/mug")[0] == 404


def test_what_is_off_sale_is_not_shown_under_an_old_slug() -> None:
    create_variant("MUG")
    rename("mug", "cup")
    Product.objects.update(on_sale=False)

    assert Client().get(f"{CATALOG}/products/mug", follow=True).status_code == 404
