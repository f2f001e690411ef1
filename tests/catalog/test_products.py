"""What a shopper sees of the catalog: pages, filters, and the details of a product."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contexts.catalog import queries
from contexts.catalog.facade import CatalogFacade
from contexts.catalog.models import Category, Product, Stock, Variant
from tests.catalog.variants import create_variant

pytestmark = pytest.mark.django_db(databases=["catalog"])

CATALOG = "/api/v1/catalog"


def get(path: str) -> Any:
    response = Client().get(path)
    assert response.status_code == 200, response.json()
    return response.json()


def listed_skus(query: str) -> list[str]:
    """Return the SKUs in the list of products with this query string."""
    return [card["sku"] for card in get(f"{CATALOG}/products?{query}")["results"]]


def variant(product: Product, sku: str, *, price: str, on_hand: int, reserved: int = 0) -> Variant:
    """Add a variant to a product."""
    added = Variant.objects.create(product=product, sku=sku, name=sku.title(), price=Decimal(price), position=1)
    Stock.objects.create(variant=added, on_hand=on_hand, reserved=reserved)
    return added


class TestPaging:
    def test_leads_through_all_products_and_back_keeping_the_filter(self) -> None:
        for sku in "CEDABF":
            create_variant(sku)
        create_variant("OTHER", brand="bolt")

        first = get(f"{CATALOG}/products?brand=acme&page_size=2")
        second = get(first["next"])
        third = get(second["next"])

        assert [[card["sku"] for card in page["results"]] for page in (first, second, third)] == [
            ["A", "B"],
            ["C", "D"],
            ["E", "F"],
        ]
        assert [page["count"] for page in (first, second, third)] == [6, 6, 6]
        assert (first["previous"], third["next"]) == (None, None)
        assert get(third["previous"]) == second

    def test_is_the_same_for_a_page_far_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for sku in "CEDAB":
            create_variant(sku)
        near = listed_skus("page=2&page_size=2")

        monkeypatch.setattr(queries, "DEEP_OFFSET", 1)

        assert listed_skus("page=2&page_size=2") == near == ["C", "D"]
        assert listed_skus("page=2&page_size=2&brand=acme") == near

    def test_returns_an_empty_page_after_the_last(self) -> None:
        create_variant("A")

        page = get(f"{CATALOG}/products?page=7")

        assert (page["count"], page["results"], page["next"]) == (1, [], None)

    @pytest.mark.parametrize(("size", "expected"), [("", 20), ("page_size=1", 1), ("page_size=100", 24)])
    def test_returns_a_page_of_any_size_with_three_queries(self, size: str, expected: int) -> None:
        for number in range(24):
            product = create_variant(f"SKU-{number}", brand=f"brand-{number}").product
            variant(product, f"SKU-{number}-XL", price="20.00", on_hand=3)

        with CaptureQueriesContext(connections["catalog"]) as captured:
            page = get(f"{CATALOG}/products?{size}")

        assert len(page["results"]) == expected
        assert len(captured) <= 3


class TestFilters:
    @pytest.fixture(autouse=True)
    def _products(self) -> None:
        Category.objects.create(slug="kitchen", name="Kitchen", path="/kitchen/")
        Category.objects.create(slug="mugs", name="Mugs", parent_id="kitchen", path="/kitchen/mugs/")
        create_variant("MUG", brand="acme", category="mugs", supplier="depot")
        create_variant("PAN", brand="acme", category="kitchen", supplier="north")
        create_variant("RAKE", brand="bolt", category="garden", supplier="depot")
        create_variant("TENT", brand="bolt", category="kit", supplier="north")

    @pytest.mark.parametrize(
        ("query", "skus"),
        [
            ("brand=acme", ["MUG", "PAN"]),
            ("brand=acme&brand=bolt", ["MUG", "PAN", "RAKE", "TENT"]),
            ("category=mugs", ["MUG"]),
            ("category=kitchen", ["MUG", "PAN"]),
            ("category=kit", ["TENT"]),  # not kitchen, whose slug begins with kit
            ("category=mugs&category=garden", ["MUG", "RAKE"]),
            ("supplier=depot", ["MUG", "RAKE"]),
            ("supplier=depot&brand=acme", ["MUG"]),
            ("supplier=north&brand=acme&category=kitchen", ["PAN"]),
            ("category=kitchen&brand=bolt", []),
            ("brand=nobody", []),
        ],
    )
    def test_find_what_matches_all_of_them(self, query: str, skus: list[str]) -> None:
        assert listed_skus(query) == skus

    def test_accept_the_slugs_in_the_lists_of_brands_categories_and_suppliers(self) -> None:
        assert [brand["slug"] for brand in get(f"{CATALOG}/brands")] == ["acme", "bolt"]
        assert [supplier["slug"] for supplier in get(f"{CATALOG}/suppliers")] == ["depot", "north"]
        assert [(c["slug"], c["parent"]) for c in get(f"{CATALOG}/categories")] == [
            ("garden", None),
            ("kit", None),
            ("kitchen", None),
            ("mugs", "kitchen"),
        ]


class TestCard:
    def test_shows_the_lowest_price_and_how_many_there_are_of_all_variants(self) -> None:
        product = create_variant("SHIRT-M", price="19.90", on_hand=4).product
        variant(product, "SHIRT-S", price="17.50", on_hand=3, reserved=2)

        (card,) = get(f"{CATALOG}/products")["results"]

        assert card == {
            "id": str(product.id),
            "slug": "shirt-m",
            "sku": "SHIRT-M",
            "name": "Shirt-M",
            "brand": {"slug": "acme", "name": "Acme"},
            "category": {"slug": "things", "name": "Things"},
            "supplier": {"slug": "depot", "name": "Depot"},
            "price": {"amount": "17.50", "currency": "EUR"},
            "available": 5,
            "in_stock": True,
            "image": "/api/v1/catalog/pictures/shirt-m.svg",
        }

    def test_shows_that_a_product_is_sold_out(self) -> None:
        create_variant("MUG", on_hand=0)
        variant(create_variant("PAN", on_hand=0).product, "PAN-XL", price="9.00", on_hand=2, reserved=2)

        cards = get(f"{CATALOG}/products")["results"]

        assert [(card["available"], card["in_stock"]) for card in cards] == [(0, False), (0, False)]


class TestAVariantWithoutStock:
    def test_is_sold_out(self) -> None:
        product = create_variant("KETTLE").product
        Stock.objects.all().delete()

        (card,) = get(f"{CATALOG}/products")["results"]
        (shown,) = get(f"{CATALOG}/products/{product.slug}")["variants"]
        (offer,) = CatalogFacade().offers(skus=["KETTLE"])

        assert (card["available"], shown["available"], offer.available) == (0, 0, 0)


class TestDetail:
    def test_shows_every_characteristic_and_variant(self) -> None:
        product = create_variant("KETTLE", price="49.00", on_hand=3).product
        product.description = "Boils 1.7 litres."
        product.attributes = [
            {"name": "Capacity", "value": 1.7, "unit": "l"},
            {"name": "Cordless", "value": True, "unit": ""},
            {"name": "Colour", "value": "white", "unit": ""},
            {"name": "Power", "value": 2200, "unit": "W"},
        ]
        product.save()
        variant(product, "KETTLE-RED", price="52.00", on_hand=1, reserved=1)

        shown = get(f"{CATALOG}/products/kettle")

        assert shown == {
            "id": str(product.id),
            "slug": "kettle",
            "name": "Kettle",
            "description": "Boils 1.7 litres.",
            "brand": {"slug": "acme", "name": "Acme"},
            "category": {"slug": "things", "name": "Things"},
            "supplier": {"slug": "depot", "name": "Depot"},
            "attributes": product.attributes,
            "variants": [
                {
                    "sku": "KETTLE",
                    "name": "",
                    "price": {"amount": "49.00", "currency": "EUR"},
                    "available": 3,
                    "in_stock": True,
                },
                {
                    "sku": "KETTLE-RED",
                    "name": "Kettle-Red",
                    "price": {"amount": "52.00", "currency": "EUR"},
                    "available": 0,
                    "in_stock": False,
                },
            ],
            "images": ["/api/v1/catalog/pictures/kettle.svg"],
            "pictures": [
                {
                    "url": "/api/v1/catalog/pictures/kettle.svg",
                    "thumbnail": "/api/v1/catalog/pictures/kettle.svg",
                    "alt": "Kettle",
                    "width": 400,
                    "height": 400,
                }
            ],
        }

    def test_is_not_found_under_an_unknown_slug(self) -> None:
        response = Client().get(f"{CATALOG}/products/no-such-thing")

        assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
        assert "no-such-thing" in response.json()["detail"]
