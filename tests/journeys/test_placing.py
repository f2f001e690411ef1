"""Placing an order of a real basket: its prices, its copy of the catalog, and its reservations."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from contexts.catalog.models import Product, Stock, StockMovement, Variant
from tests.shop import Shopper, coupon, create_variant
from tests.tables import contents

pytestmark = pytest.mark.django_db(databases="__all__")

ORDERS = "/api/v1/orders"

Drain = Callable[[], None]


@pytest.fixture(autouse=True)
def _shop() -> None:
    create_variant("MUG", price="12.95", on_hand=9)
    create_variant("SPOON", price="3.35", on_hand=9)


def shopper_with(*skus: str) -> Shopper:
    """Return a guest with one of each in the basket."""
    shopper = Shopper()
    for sku in skus:
        shopper.add(sku)
    return shopper


def placed(shopper: Shopper, **order: Any) -> dict[str, Any]:
    response = shopper.order(**order)
    assert response.status_code == 202, response.json()
    body: dict[str, Any] = response.json()
    return body


def refusal(response: Any) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


class TestPlacing:
    def test_makes_an_order_of_exactly_what_is_in_the_basket_at_the_quoted_price(self) -> None:
        coupon("TENTH", percent_off=10)
        shopper = shopper_with("MUG", "SPOON", "MUG")
        basket = shopper.send("put", "/api/v1/basket/coupon", {"code": "TENTH"}).json()
        quote = shopper.send("post", f"{ORDERS}/quote", {"shipping_method": "express"}).json()

        order = placed(shopper, shipping_method="express")

        for field in ("sku", "name", "quantity", "unit_price", "line_total"):
            assert [line[field] for line in order["lines"]] == [item[field] for item in basket["items"]]
        assert (order["subtotal"], order["discount"]) == (basket["subtotal"], basket["discount"])
        assert {name: order[name] for name in quote} == quote
        assert (quote["shipping"]["amount"], quote["total"]["amount"]) == ("6.90", "33.22")  # 29.25 - 2.93 + 6.90
        assert (order["coupon"], order["status"], order["payment"]["status"]) == ("TENTH", "placed", "waiting")

    def test_keeps_what_was_sold_when_the_catalog_changes_later(self, drain: Drain) -> None:
        shopper = shopper_with("MUG")
        number = placed(shopper)["number"]
        Variant.objects.filter(pk="MUG").update(price=Decimal("99.00"))
        Product.objects.filter(slug="mug").update(name="Golden mug")
        drain()
        StockMovement.objects.all().delete()
        Variant.objects.filter(pk="MUG").delete()

        order = shopper.get(f"{ORDERS}/{number}").json()

        (line,) = order["lines"]
        assert (line["name"], line["unit_price"]["amount"], order["total"]["amount"]) == ("Mug", "12.95", "12.95")
        assert order["status"] == "confirmed"

    def test_refuses_a_basket_that_cannot_be_bought_as_it_is(self) -> None:
        shopper, emptied = shopper_with("MUG"), shopper_with("SPOON")
        emptied.send("delete", "/api/v1/basket")
        Variant.objects.filter(pk="MUG").delete()
        before = contents()

        answers = [shopper.order(payment_token="tok"), emptied.order(payment_token="tok")]

        assert [refusal(answer) for answer in answers] == [(409, "item_not_sold"), (409, "empty_basket")]
        assert answers[0].json()["sku"] == "MUG"
        assert contents() == before

    def test_ends_in_a_cancelled_order_that_gives_everything_back_if_the_card_is_declined(self, drain: Drain) -> None:
        once = coupon("ONCE", max_uses=1)
        shopper = shopper_with("MUG")
        shopper.send("put", "/api/v1/basket/coupon", {"code": "ONCE"})
        number = placed(shopper, card="4000000000000002")["number"]
        drain()

        order = shopper.get(f"{ORDERS}/{number}").json()

        assert (order["status"], order["reason"], order["payment"]["status"]) == (
            "cancelled",
            "payment_declined",
            "declined",
        )
        once.refresh_from_db()
        stock = Stock.objects.get(pk="MUG")
        assert (once.uses, stock.on_hand, stock.reserved) == (0, 9, 0)
        assert mail.outbox == []
        assert placed(shopper)["lines"] == order["lines"], "the basket is still there, to be tried again"
