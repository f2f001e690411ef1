"""Orders over HTTP: placing one, reading it, and all that it promises."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail

from contexts.catalog.models import Product, Stock, StockMovement, Variant
from contexts.identity.models import User
from contexts.ordering.adapters.demo_payments import DemoPayments
from contexts.ordering.models import Order
from tests.shop import ADDRESS, Shopper, coupon, create_variant, customer
from tests.tables import contents
from web_api.idempotency.models import UsedKey

pytestmark = pytest.mark.django_db(databases="__all__")

ORDERS = "/api/v1/orders"

Drain = Callable[[], None]


@pytest.fixture(autouse=True)
def _shop() -> None:
    create_variant("MUG", price="12.95", on_hand=9)
    create_variant("SPOON", price="3.35", on_hand=9)


def shopper_with(*skus: str, shopper: Shopper | None = None) -> Shopper:
    """Return somebody with one of each in the basket."""
    shopper = shopper or Shopper()
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

    def test_settles_on_what_was_sold_whatever_the_catalog_says_later(self, drain: Drain) -> None:
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

    def test_is_cancelled_with_a_reason_and_gives_everything_back_where_the_card_is_declined(
        self, drain: Drain
    ) -> None:
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


class TestReading:
    def test_is_for_whoever_has_the_baskets_token(self, drain: Drain) -> None:
        guest = shopper_with("MUG")
        response = guest.order()
        drain()
        shopper_with("SPOON", shopper=guest)  # the basket goes on; the token still leads to the order

        order = guest.get(response.headers["Location"]).json()

        assert (order["number"], order["status"]) == (response.json()["number"], "confirmed")

    def test_is_for_the_customer_on_any_device(self) -> None:
        number = placed(shopper_with("MUG", shopper=customer()))["number"]

        assert customer().get(f"{ORDERS}/{number}").json()["number"] == number

    @pytest.mark.parametrize("typed", [str.lower, lambda number: number.replace("-", "")])
    def test_finds_an_order_by_its_number_in_lower_case_and_without_dashes(self, typed: Callable[[str], str]) -> None:
        shopper = shopper_with("MUG")
        number = placed(shopper)["number"]

        assert shopper.get(f"{ORDERS}/{typed(number)}").json()["number"] == number

    def test_is_for_nobody_else(self) -> None:
        number = placed(shopper_with("MUG"))["number"]
        robins = placed(shopper_with("MUG", shopper=customer()))["number"]
        others = [Shopper(), shopper_with("SPOON"), customer("kim@example.com")]

        answers = [other.get(f"{ORDERS}/{hers}") for other in others for hers in (number, robins)]

        assert [refusal(answer) for answer in answers] == [(404, "not_found")] * 6

    def test_lists_the_customers_orders_page_by_page_the_newest_first(self) -> None:
        robin, kim = customer(), customer("kim@example.com")
        numbers = [placed(shopper_with("MUG", shopper=robin))["number"] for _ in range(3)]
        placed(shopper_with("MUG", shopper=kim))

        first = robin.get(f"{ORDERS}?page_size=2").json()
        second = robin.get(first["next"]).json()

        assert [order["number"] for order in first["results"] + second["results"]] == numbers[::-1]
        assert (first["count"], first["previous"], second["next"]) == (3, None, None)
        assert refusal(Shopper().get(ORDERS)) == (401, "not_authenticated")


class TestExpectations:
    def test_that_are_met_let_the_order_through(self) -> None:
        shopper = shopper_with("MUG")
        basket = shopper.get("/api/v1/basket").json()

        placed(shopper, basket_version=basket["version"], expected_total=basket["total"]["amount"])

    def test_that_are_not_met_say_what_has_changed_and_nothing_is_ordered(self) -> None:
        shopper = shopper_with("MUG")
        basket = shopper.get("/api/v1/basket").json()
        shopper.add("SPOON")
        Variant.objects.filter(pk="SPOON").update(price=Decimal("4.00"))
        before = contents()

        stale = shopper.order(payment_token="tok", basket_version=basket["version"])
        dearer = shopper.order(payment_token="tok", expected_total="16.30")

        assert refusal(stale) == refusal(dearer) == (409, "basket_changed")
        assert (stale.json()["expected_version"], stale.json()["basket_version"]) == (1, 2)
        assert (dearer.json()["expected_total"], dearer.json()["total"]) == ("16.30", "16.95")
        assert contents() == before


class TestDelivery:
    def test_address_and_note_are_kept_and_confirmed_by_mail(self, drain: Drain) -> None:
        shopper = shopper_with("MUG", shopper=customer("ada@example.com"))
        address = ADDRESS | {"line2": "Back door", "region": "Noord-Holland", "phone": "+31 20 1234567"}
        note = "Ring twice; <b>mind the dog</b> & the cat"

        order = placed(shopper, delivery_address=address, delivery_note=note)
        drain()

        assert (order["delivery_address"], order["delivery_note"]) == (address, note)
        (message,) = mail.outbox
        assert isinstance(message, mail.EmailMultiAlternatives)
        text, html = str(message.body), str(message.alternatives[0][0])
        assert message.to == ["ada@example.com"]
        assert all(line in text for line in ["Back door", "1011 AB Amsterdam, Noord-Holland", note])
        assert all(line in html for line in ["Back door", "1011 AB Amsterdam, Noord-Holland"])
        assert "&lt;b&gt;mind the dog&lt;/b&gt; &amp; the cat" in html
        assert all(order["number"] in part and "12.95 EUR" in part for part in (text, html))

    def test_a_note_of_several_lines_has_them_in_both_parts_of_the_mail(self, drain: Drain) -> None:
        shopper = shopper_with("MUG", shopper=customer("ada@example.com"))
        placed(shopper, delivery_note="Ring twice\n<b>Back</b> door")
        drain()

        (message,) = mail.outbox
        assert isinstance(message, mail.EmailMultiAlternatives)
        assert "Ring twice\n<b>Back</b> door" in str(message.body)
        assert "Ring twice<br>&lt;b&gt;Back&lt;/b&gt; door" in str(message.alternatives[0][0])


class TestEmail:
    def test_must_be_said_by_a_guest(self) -> None:
        shopper = shopper_with("MUG")
        before = contents()

        assert refusal(shopper.order(payment_token="tok", email="")) == (422, "email_missing")
        assert contents() == before

    def test_goes_to_the_customers_own_address_unless_another_is_given(self, drain: Drain) -> None:
        for given in ("", "gift@example.com"):
            placed(shopper_with("MUG", shopper=customer("robin@example.com")), email=given)
            drain()

        assert [message.to for message in mail.outbox] == [["robin@example.com"], ["gift@example.com"]]


class TestIdempotencyKey:
    @pytest.mark.parametrize("key", [None, "", "x" * 256, "tab\there", "caf\xe9", "\x00"], ids=repr)
    def test_must_be_one_to_255_printable_characters(self, key: str | None) -> None:
        shopper = shopper_with("MUG")
        body = {"delivery_address": ADDRESS, "payment_token": "tok", "email": "ada@example.com"}
        headers = {} if key is None else {"Idempotency-Key": key}
        before = contents()

        refused = shopper.send("post", ORDERS, body, **headers)

        assert refusal(refused) == (400, "invalid")
        assert "Idempotency-Key" in refused.json()["detail"]
        assert contents() == before

    def test_makes_a_repeat_answer_the_order_as_it_is_by_then(self, drain: Drain) -> None:
        shopper, key = shopper_with("MUG"), str(uuid4())
        token = shopper.card()
        first = shopper.order(key=key, payment_token=token)
        drain()

        again = shopper.order(key=key, payment_token=token)

        assert (first.status_code, again.status_code) == (202, 201)
        assert (again.json()["number"], again.json()["status"]) == (first.json()["number"], "confirmed")
        assert Order.objects.count() == 1

    def test_is_good_for_one_body_only(self) -> None:
        shopper, key = shopper_with("MUG"), str(uuid4())
        placed(shopper, key=key, payment_token="tok")
        before = contents()

        other = shopper.order(key=key, payment_token="tok", delivery_note="Quick!")

        assert refusal(other) == (422, "idempotency_key_reused")
        assert contents() == before

    def test_is_one_shoppers_own(self) -> None:
        numbers = {placed(shopper_with("MUG"), key="1", payment_token="tok")["number"] for _ in range(2)}

        assert len(numbers) == 2

    def test_of_a_customer_is_not_opened_by_their_id_as_the_token_of_a_basket(self) -> None:
        robin, other = shopper_with("MUG", shopper=customer()), Shopper()
        placed(robin, key="1", payment_token="tok")
        other.token = str(Order.objects.get().customer_id)
        before = contents()

        answer = other.order(key="1", payment_token="tok")

        assert refusal(answer) == (404, "unknown_basket")
        assert contents() == before

    def test_never_shows_the_order_of_somebody_else_whatever_it_has_led_to(self) -> None:
        robin, kim = (shopper_with("MUG", shopper=customer(f"{name}@example.com")) for name in ("robin", "kim"))
        placed(robin, key="1", payment_token="tok")
        placed(kim, key="1", payment_token="tok")
        robins = Order.objects.get(customer_id=User.objects.get(email="robin@example.com").pk)
        UsedKey.objects.using("ordering").update(result_id=robins.pk)

        assert refusal(kim.order(key="1", payment_token="tok")) == (422, "idempotency_key_reused")

    @pytest.mark.parametrize("status", ["placed", "confirmed"])
    def test_new_for_a_basket_that_is_ordered_already_names_that_order(self, status: str) -> None:
        shopper = shopper_with("MUG")
        number = placed(shopper)["number"]
        Order.objects.update(status=status)  # and the basket has not heard of it yet
        before = contents()

        again = shopper.order(payment_token="tok")

        assert refusal(again) == (409, "already_ordered")
        assert again.json()["order"] == number
        assert contents() == before


class TestNothingToPay:
    def test_is_confirmed_without_asking_the_provider(self, drain: Drain, monkeypatch: pytest.MonkeyPatch) -> None:
        def asked(*_: Any, **__: Any) -> None:
            raise AssertionError("the provider was asked")

        for call in ("authorise", "capture", "void"):
            monkeypatch.setattr(DemoPayments, call, asked)
        coupon("FREE", percent_off=100)
        shopper = shopper_with("MUG")
        shopper.send("put", "/api/v1/basket/coupon", {"code": "FREE"})

        number = placed(shopper, payment_token="none")["number"]
        drain()

        order = shopper.get(f"{ORDERS}/{number}").json()
        assert (order["status"], order["total"]["amount"], order["tax"]["amount"]) == ("confirmed", "0.00", "0.00")
        assert len(mail.outbox) == 1
