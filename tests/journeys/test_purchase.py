"""A shopper's way through the shop, over HTTP, with everything that follows from it."""

from collections.abc import Callable

import pytest
from django.core import mail

from contexts.catalog.models import Stock
from tests.shop import Shopper, stocked

pytestmark = pytest.mark.django_db(databases="__all__")


class TestBuyingAsAGuest:
    def test_ends_in_a_confirmed_order_of_what_was_in_the_basket(self, drain: Callable[[], None]) -> None:
        stocked("MUG-RED", price="12.90", on_hand=5)
        stocked("TEA-SPOON", price="3.35", on_hand=9)
        shopper = Shopper()
        shopper.add("MUG-RED", 2)
        basket = shopper.add("TEA-SPOON", 1)

        placed = shopper.order()
        drain()
        order = shopper.get(placed.headers["Location"]).json()

        assert placed.status_code == 202
        assert order["status"] == "confirmed"
        assert [(line["sku"], line["quantity"], line["line_total"]) for line in order["lines"]] == [
            (item["sku"], item["quantity"], item["line_total"]) for item in basket["items"]
        ]
        assert order["total"] == basket["total"] == {"amount": "29.15", "currency": "EUR"}
        assert Stock.objects.get(pk="MUG-RED").on_hand == 3
        assert shopper.get("/api/v1/basket").json()["items"] == []
        assert [message.subject for message in mail.outbox] == [f"Markethall: your order {order['number']}"]
