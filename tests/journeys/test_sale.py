"""A product that is taken off sale while it is in baskets and orders."""

from collections.abc import Callable

import pytest

from contexts.catalog.models import Product
from tests.shop import Shopper, create_variant

pytestmark = pytest.mark.django_db(databases="__all__")


def take_off_sale() -> None:
    Product.objects.update(on_sale=False)


class TestABasket:
    def test_shows_it_as_unavailable_and_cannot_be_ordered(self) -> None:
        create_variant("MUG")
        shopper = Shopper()
        shopper.add("MUG", 2)
        take_off_sale()

        (item,) = shopper.get("/api/v1/basket").json()["items"]
        refused = shopper.order()

        assert (item["sku"], item["available"]) == ("MUG", 0)
        assert (refused.status_code, refused.json()["code"]) == (409, "item_not_sold")
        assert "take it out" in refused.json()["detail"]

    def test_does_not_take_it(self) -> None:
        create_variant("MUG")
        take_off_sale()

        refused = Shopper().send("post", "/api/v1/basket/items", {"sku": "MUG", "quantity": 1})

        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_sku")


class TestAnOrder:
    def test_still_shows_it(self, drain: Callable[[], None]) -> None:
        create_variant("MUG")
        shopper = Shopper()
        shopper.add("MUG")
        number = shopper.order().json()["number"]
        drain()
        take_off_sale()

        order = shopper.get(f"/api/v1/orders/{number}").json()

        assert (order["status"], [line["sku"] for line in order["lines"]]) == ("confirmed", ["MUG"])
