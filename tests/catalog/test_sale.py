"""A product off sale: shoppers do not find it, orders reserve no stock of it, and existing orders go on."""

import pytest
from django.db import IntegrityError, connections
from django.test import Client

from contexts.catalog.db import savepoint
from contexts.catalog.models import Product, Reservation, Stock, Variant
from contexts.catalog.use_cases.commit_stock import commit_stock
from tests.catalog.test_products import CATALOG, get
from tests.catalog.test_reservations import ORDER, published_events, reserve
from tests.catalog.variants import create_variant
from tests.clock import NOW

pytestmark = pytest.mark.django_db(databases=["catalog"])


@pytest.fixture(autouse=True)
def _mug_and_pan() -> None:
    create_variant("MUG", category="kitchen")
    create_variant("PAN", category="kitchen")


def take_off_sale(slug: str = "mug") -> None:
    Product.objects.filter(slug=slug).update(on_sale=False)


@pytest.mark.parametrize("query", ["", "category=kitchen", "brand=acme", "supplier=depot"])
def test_is_in_no_list(query: str) -> None:
    take_off_sale()

    page = get(f"{CATALOG}/products?{query}")

    assert ([card["sku"] for card in page["results"]], page["count"]) == (["PAN"], 1)


def test_has_no_page() -> None:
    take_off_sale()

    assert Client().get(f"{CATALOG}/products/mug").status_code == 404
    assert Client().get(f"{CATALOG}/pictures/mug.svg").status_code == 200  # baskets and orders may still show it


class TestAProductWithoutVariants:
    def test_cannot_be_on_sale_after_any_write(self) -> None:
        bare = Product(slug="bare", name="Bare", brand_id="acme", supplier_id="depot", category_id="kitchen")

        with pytest.raises(IntegrityError, match="has no variant"), savepoint():
            bare.save(force_insert=True)
            connections["catalog"].check_constraints()
        bare.on_sale = False
        bare.save(force_insert=True)
        with pytest.raises(IntegrityError, match="has no variant"), savepoint():
            Product.objects.filter(slug="bare").update(on_sale=True)
            connections["catalog"].check_constraints()

    def test_is_neither_shown_nor_counted_in_a_list(self) -> None:
        Variant.objects.filter(pk="MUG").delete()

        page = get(f"{CATALOG}/products")

        assert ([card["sku"] for card in page["results"]], page["count"]) == (["PAN"], 1)
        assert Client().get(f"{CATALOG}/products/mug").status_code == 404

    def test_goes_off_sale_when_its_last_variant_moves_to_another(self) -> None:
        Variant.objects.filter(pk="MUG").update(product=Product.objects.get(slug="pan"))

        assert list(Product.objects.filter(on_sale=True).values_list("slug", flat=True)) == ["pan"]

    def test_stays_on_sale_while_one_variant_is_left(self) -> None:
        Variant.objects.create(sku="MUG-XL", product=Product.objects.get(slug="mug"), price=1)
        Variant.objects.filter(pk="MUG").delete()

        assert Product.objects.get(slug="mug").on_sale


class TestASku:
    def test_is_unique_without_regard_to_case(self) -> None:
        with pytest.raises(IntegrityError, match="variant_sku_unique"), savepoint():
            create_variant("mug-2")
            Variant.objects.create(sku="mug", product=Product.objects.get(slug="mug"), price=1)


class TestAnOrder:
    def test_reserves_no_stock_of_it(self) -> None:
        take_off_sale()

        reserve(PAN=1, MUG=1)

        assert published_events() == [("catalog.stock_rejected.v1", "MUG")]
        assert set(Stock.objects.values_list("reserved", flat=True)) == {0}

    def test_that_has_reserved_it_before_gets_it(self) -> None:
        reserve(MUG=3)
        take_off_sale()

        commit_stock(order_id=ORDER, now=NOW)

        assert Stock.objects.get(pk="MUG").on_hand == 7
        assert Reservation.objects.get().state == "committed"
