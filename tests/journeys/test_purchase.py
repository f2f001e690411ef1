"""Whole purchases over HTTP, with all messages that follow, on each transport of calls."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from pytest_django import Settings

from contexts.basket.models import Coupon
from contexts.catalog.facade import CatalogFacade
from contexts.catalog.models import Stock
from tests.shop import ADDRESS, Shopper, coupon, create_variant

ACCOUNTS = "/api/v1/identity/app/v1/auth"
PASSWORD = "a-basket-of-apples"

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("carrier")]


@pytest.fixture(params=["wire", "local"])
def carrier(request: pytest.FixtureRequest, settings: Settings) -> None:
    settings.INTERFACE_CARRIER = request.param


def signed_up(email: str) -> Shopper:
    """Sign up with the code from the e-mail, and return the customer."""
    shopper = Shopper()
    credentials = {"email": email, "password": PASSWORD}
    began = shopper.send("post", f"{ACCOUNTS}/signup", credentials)
    assert began.status_code == 401, began.json()
    (code,) = re.findall(r"[A-Z]{4}-[A-Z]{4}", str(mail.outbox.pop().subject))
    session = {"X-Session-Token": began.json()["meta"]["session_token"]}
    verified = shopper.send("post", f"{ACCOUNTS}/email/verify", {"key": code}, **session)
    assert verified.status_code == 200, verified.json()
    shopper.access_token = verified.json()["meta"]["access_token"]
    return shopper


def signed_in(email: str) -> Shopper:
    """Sign in on a new device, and return the customer."""
    shopper = Shopper()
    response = shopper.send("post", f"{ACCOUNTS}/login", {"email": email, "password": PASSWORD})
    assert response.status_code == 200, response.json()
    shopper.access_token = response.json()["meta"]["access_token"]
    return shopper


class TestBuyingAsAGuest:
    def test_ends_in_a_confirmed_order_of_what_was_in_the_basket(self, drain: Callable[[], None]) -> None:
        create_variant("MUG-RED", price="12.90", on_hand=5)
        create_variant("TEA-SPOON", price="3.35", on_hand=9)
        coupon("TENTH", percent_off=10)
        shopper = Shopper()
        shopper.add("MUG-RED", 2)
        shopper.add("TEA-SPOON", 1)
        basket = shopper.send("put", "/api/v1/basket/coupon", {"code": "TENTH"}).json()

        placed = shopper.order(delivery_note="Ring twice.")
        drain()
        order = shopper.get(placed.headers["Location"]).json()

        assert placed.status_code == 202
        assert (order["status"], order["payment"]["status"]) == ("confirmed", "captured")
        assert [(line["sku"], line["quantity"], line["line_total"]) for line in order["lines"]] == [
            (item["sku"], item["quantity"], item["line_total"]) for item in basket["items"]
        ]
        assert order["discount"] == basket["discount"] == {"amount": "2.92", "currency": "EUR"}
        assert order["total"] == basket["total"] == {"amount": "26.23", "currency": "EUR"}
        assert order["delivery_note"] == "Ring twice."
        assert (Stock.objects.get(pk="MUG-RED").on_hand, Stock.objects.get(pk="MUG-RED").reserved) == (3, 0)
        assert Coupon.objects.get(code="TENTH").uses == 1
        assert shopper.get("/api/v1/basket").json()["items"] == []

    def test_gets_one_mail_with_the_order_number(self, drain: Callable[[], None]) -> None:
        create_variant("MUG-RED")
        shopper = Shopper()
        shopper.add("MUG-RED")

        order = shopper.order(email="ada@example.com").json()
        drain()

        (message,) = mail.outbox
        assert message.to == ["ada@example.com"]
        assert order["number"] in message.subject
        assert order["number"] in str(message.body)


class TestBuyingAsACustomer:
    def test_takes_along_what_was_put_into_a_basket_before_signing_in(self, drain: Callable[[], None]) -> None:
        create_variant("MUG-RED", price="12.90", on_hand=5)
        guest = Shopper()
        guest.add("MUG-RED", 2)
        customer = signed_up("ada@example.com")

        merged = customer.send("post", "/api/v1/basket/merge", {"token": guest.token}).json()
        placed = customer.order(email="")
        drain()

        assert [(item["sku"], item["quantity"]) for item in merged["items"]] == [("MUG-RED", 2)]
        (order,) = customer.get("/api/v1/orders").json()["results"]
        assert (order["number"], order["status"]) == (placed.json()["number"], "confirmed")
        assert [line["sku"] for line in order["lines"]] == ["MUG-RED"]
        assert mail.outbox[0].to == ["ada@example.com"], "the customer's own address is the default"

    def test_orders_to_their_default_address(self, drain: Callable[[], None]) -> None:
        create_variant("MUG-RED")
        customer, book = signed_up("ada@example.com"), "/api/v1/identity/addresses"
        customer.send("post", book, ADDRESS | {"label": "Work", "line1": "Mill Lane 2"})
        customer.send("post", book, ADDRESS | {"label": "Home", "delivery_note": "Ring twice.", "default": True})
        customer.add("MUG-RED")

        (default,) = [address for address in customer.get(book).json() if address["default"]]
        placed = customer.order(delivery_address=default, delivery_note=default["delivery_note"])
        drain()

        order = customer.get(placed.headers["Location"]).json()
        assert order["delivery_address"] == ADDRESS | {"line2": "", "region": "", "phone": ""}
        assert order["delivery_note"] == "Ring twice."
        assert "Market Street 1" in str(mail.outbox[0].body)

    def test_finds_the_basket_again_at_the_next_sign_in_on_another_device(self) -> None:
        create_variant("MUG-RED")
        guest = Shopper()
        guest.add("MUG-RED", 3)
        here = signed_up("ada@example.com")
        here.send("post", "/api/v1/basket/merge", {"token": guest.token})
        here.send("delete", f"{ACCOUNTS}/session")

        elsewhere = signed_in("ada@example.com").get("/api/v1/basket").json()

        assert [(item["sku"], item["quantity"]) for item in elsewhere["items"]] == [("MUG-RED", 3)]

    def test_shows_no_order_that_a_guest_placed_with_the_same_email_address(self) -> None:
        create_variant("MUG-RED")
        guest = Shopper()
        guest.add("MUG-RED")
        guest.order(email="ada@example.com")

        customer = signed_up("ada@example.com")

        assert customer.get("/api/v1/orders").json()["results"] == []

    def test_needs_a_verified_email_address_unlike_buying_as_a_guest(self) -> None:
        create_variant("MUG-RED")
        shopper = Shopper()
        shopper.add("MUG-RED")
        began = shopper.send("post", f"{ACCOUNTS}/signup", {"email": "ada@example.com", "password": PASSWORD})

        assert (began.status_code, shopper.get("/api/v1/orders").status_code) == (401, 401)
        assert shopper.order(email="ada@example.com").status_code == 202


def test_a_quote_is_refused_while_catalog_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: CatalogFacade, *, skus: list[str]) -> None:
        raise ConnectionError("catalog is down")

    create_variant("MUG-RED")
    shopper = Shopper()
    shopper.add("MUG-RED")
    monkeypatch.setattr(CatalogFacade, "offers", fail)

    refused = shopper.send("post", "/api/v1/orders/quote", {})

    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
