"""Optional input may be absent, null or empty at every endpoint; a postal code is required where countries have one."""

from typing import Any

import pytest
from django.core import mail

from building_blocks.address import COUNTRIES, NEED_POSTAL_CODE
from contexts.ordering.models import Order
from tests.shop import ADDRESS, Shopper, create_variant, customer

pytestmark = pytest.mark.django_db(databases="__all__")

BOOK = "/api/v1/identity/addresses"
NOTHING = {"line2": None, "region": None, "phone": None}


@pytest.fixture
def shopper() -> Shopper:
    create_variant("MUG")
    shopper = Shopper()
    shopper.add("MUG")
    return shopper


def errors(response: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


def test_null_in_an_order_counts_as_absent(shopper: Shopper) -> None:
    optional: dict[str, Any] = {
        "delivery_note": None,
        "shipping_method": None,
        "basket_version": None,
        "expected_total": None,
    }

    response = shopper.order(delivery_address=ADDRESS | NOTHING, **optional)

    assert response.status_code == 202, response.json()
    order = Order.objects.get()
    assert order.delivery_address == ADDRESS | {"line2": "", "region": "", "phone": ""}
    assert (order.delivery_note, order.shipping_method) == ("", "standard")


def test_null_in_the_address_book_counts_as_absent() -> None:
    optional = {"label": None, "delivery_note": None, "default": None}

    response = customer().send("post", BOOK, ADDRESS | NOTHING | optional)

    assert response.status_code == 201, response.json()
    assert {response.json()[name] for name in (*NOTHING, "label", "delivery_note")} == {""}


def test_null_is_no_valid_name_or_quantity(shopper: Shopper) -> None:
    nameless = shopper.order(payment_token="tok", delivery_address=ADDRESS | {"name": None})
    uncounted = shopper.send("post", "/api/v1/basket/items", {"sku": "MUG", "quantity": None})

    assert errors(nameless) == [("/delivery_address/name", "null")]
    assert errors(uncounted) == [("/quantity", "null")]


def test_an_empty_basket_token_counts_as_none(shopper: Shopper) -> None:
    robin = customer()
    robin.add("MUG", 2)
    guest = Shopper()

    baskets = [
        who.client.get("/api/v1/basket", headers=who._headers() | {"X-Basket-Token": ""}) for who in (robin, guest)
    ]
    begun = guest.send("post", "/api/v1/basket/items", {"sku": "MUG"}, **{"X-Basket-Token": ""})
    orders = robin.client.get("/api/v1/orders", headers=robin._headers() | {"X-Basket-Token": ""})
    quote = guest.send("post", "/api/v1/orders/quote", {}, **{"X-Basket-Token": ""})

    assert [[item["quantity"] for item in response.json()["items"]] for response in baskets] == [[2], []]
    assert (begun.status_code, bool(begun.json()["token"])) == (200, True)
    assert orders.status_code == 200
    assert quote.json()["code"] == "empty_basket"


class TestAPostalCode:
    @pytest.mark.parametrize("none", [{}, {"postal_code": None}, {"postal_code": ""}, {"postal_code": " "}], ids=str)
    @pytest.mark.parametrize("country", ["HK", "AE", "XK"])
    def test_may_be_missing_where_post_needs_none(self, shopper: Shopper, country: str, none: dict[str, Any]) -> None:
        address = {name: value for name, value in ADDRESS.items() if name != "postal_code"} | {"country": country}

        assert shopper.order(delivery_address=address | none).status_code == 202
        assert customer().send("post", BOOK, address | none).status_code == 201

    @pytest.mark.parametrize("country", ["NL", "US"])
    def test_is_required_elsewhere(self, shopper: Shopper, country: str) -> None:
        address = {name: value for name, value in ADDRESS.items() if name != "postal_code"} | {"country": country}

        ordered = shopper.order(payment_token="tok", delivery_address=address)
        stored = customer().send("post", BOOK, address | {"postal_code": None})

        assert (errors(ordered), errors(stored)) == (
            [("/delivery_address/postal_code", "required")],
            [("/postal_code", "required")],
        )
        assert f"postal_code: an address in {country} has one" in ordered.json()["detail"]

    def test_is_needed_only_in_known_countries(self) -> None:
        assert set(COUNTRIES) > NEED_POSTAL_CODE
        assert len(COUNTRIES) == len(set(COUNTRIES)) == 250

    def test_that_is_missing_leaves_no_gap_in_the_email(self, shopper: Shopper, drain: Any) -> None:
        shopper.order(delivery_address=ADDRESS | {"country": "HK", "city": "Kowloon", "postal_code": ""})
        drain()

        (message,) = mail.outbox
        assert "\nKowloon\nHK" in str(message.body)
