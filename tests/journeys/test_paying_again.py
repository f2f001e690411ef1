"""An unpaid order whose buyer tries another card, or thinks better of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from contexts.basket.models import Coupon
from contexts.catalog.models import Stock
from contexts.ordering.models import Order, Payment
from demo_payments.models import Charge
from messaging.models import OutboxMessage
from tests.clock import postpone, run_until_idle_at
from tests.shop import GOOD_CARD, Shopper, coupon, create_variant, customer
from tests.tables import contents

pytestmark = pytest.mark.django_db(databases="__all__")

DECLINED, NEEDS_APPROVAL, TIMES_OUT = "4000000000000002", "4000002500003155", "4000000000000119"

Drain = Callable[[], None]


@pytest.fixture
def shopper() -> Shopper:
    """A buyer with the last mug in the basket, and a coupon that may be used once."""
    create_variant("MUG", on_hand=1)
    coupon("ONCE", max_uses=1)
    shopper = Shopper()
    shopper.add("MUG")
    shopper.send("put", "/api/v1/basket/coupon", {"code": "ONCE"})
    return shopper


def pay(shopper: Shopper, placed: Any, *, card: str = GOOD_CARD, token: str = "", key: str = "", **headers: str) -> Any:
    """Pay a placed order by another card."""
    headers["Idempotency-Key"] = key or str(uuid4())
    body = {"payment_token": token or shopper.card(card)}
    return shopper.send("post", f"{placed.headers['Location']}/payments", body, **headers)


def cancel(shopper: Shopper, placed: Any, *, key: str = "") -> Any:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return shopper.send("post", f"{placed.headers['Location']}/cancel", **headers)


def fetch_order(shopper: Shopper, placed: Any) -> Any:
    return shopper.get(placed.headers["Location"]).json()


def stock_and_coupon_uses() -> tuple[int, int, int]:
    """Return what is on hand, what of it is reserved, and how often the coupon is used."""
    stock = Stock.objects.get()
    return stock.on_hand, stock.reserved, Coupon.objects.get().uses


def charges() -> list[str]:
    return sorted(Charge.objects.values_list("status", flat=True))


class TestAnotherCard:
    def test_pays_the_same_order_of_the_last_piece_with_its_coupon(self, shopper: Shopper, drain: Drain) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()
        before = stock_and_coupon_uses()

        again = pay(shopper, placed)
        drain()

        order = fetch_order(shopper, placed)
        assert before == (1, 1, 1), "the order holds what it is to get"
        assert (again.status_code, again.json()["payment"]) == (202, {"status": "authorising", "next_action": None})
        assert (order["status"], order["payment"]["status"]) == ("confirmed", "captured")
        assert list(Payment.objects.values_list("state", flat=True)) == ["voided", "captured"]
        assert charges() == ["captured", "voided"]
        assert stock_and_coupon_uses() == (0, 0, 1)
        assert len(mail.outbox) == 1

    def test_is_answered_with_what_became_of_it_where_the_client_waits(self, shopper: Shopper, drain: Drain) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()

        again = pay(shopper, placed, Prefer="wait=1")

        assert (again.status_code, again.headers["Location"]) == (202, placed.headers["Location"])

    def test_takes_the_place_of_one_that_is_approved_too_late(self, shopper: Shopper, drain: Drain) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()
        page = fetch_order(shopper, placed)["payment"]["next_action"]

        pay(shopper, placed)
        Client().post(page, {"decision": "approve"})
        run_until_idle_at(timezone.now() + timedelta(minutes=1))
        Client().post(page, {"decision": "approve"})
        run_until_idle_at(timezone.now() + timedelta(days=2))

        assert fetch_order(shopper, placed)["status"] == "confirmed"
        assert charges() == ["captured", "voided"]

    def test_is_not_charged_before_everything_is_granted(self, shopper: Shopper, drain: Drain) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)

        again = pay(shopper, placed)
        drain()

        assert again.json()["payment"]["status"] == "waiting"
        assert fetch_order(shopper, placed)["status"] == "confirmed"
        assert charges() == ["captured"], "the provider was never asked about the first card"

    def test_that_is_declined_cancels_the_order(self, shopper: Shopper, drain: Drain) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()

        pay(shopper, placed, card=DECLINED)
        drain()

        order = fetch_order(shopper, placed)
        assert (order["status"], order["reason"]) == ("cancelled", "payment_declined")
        assert stock_and_coupon_uses() == (1, 0, 0)
        assert charges() == ["declined", "voided"]

    def test_gives_the_order_as_much_time_as_a_new_one_but_not_for_ever(self, shopper: Shopper, drain: Drain) -> None:
        placed = shopper.order(card=GOOD_CARD)
        start = Order.objects.get().placed_at
        Order.objects.update(deadline_at=start + timedelta(seconds=1))

        pay(shopper, placed)
        soon = Order.objects.get().deadline_at
        Order.objects.update(placed_at=start - timedelta(hours=25), deadline_at=start + timedelta(seconds=1))
        pay(shopper, placed)

        assert soon > start + timedelta(minutes=14)
        assert Order.objects.get().deadline_at == start + timedelta(seconds=1)

    @pytest.mark.parametrize("card", [TIMES_OUT, GOOD_CARD, DECLINED])
    def test_is_refused_once_money_may_be_taken_or_the_order_is_settled(
        self, shopper: Shopper, drain: Drain, card: str
    ) -> None:
        placed = shopper.order(card=card)
        drain()
        before = contents()

        refused = [pay(shopper, placed, token="tok"), cancel(shopper, placed)]

        assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "transition_refused")] * 2
        assert contents() == before

    def test_may_not_be_given_by_its_number(self, shopper: Shopper) -> None:
        placed = shopper.order()
        before = contents()

        refused = pay(shopper, placed, token="4242 4242 4242 4242")

        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/payment_token")
        assert contents() == before


class TestARequest:
    def test_to_pay_again_has_its_effect_once(self, shopper: Shopper, drain: Drain) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()
        token = shopper.card()
        pay(shopper, placed, token=token, key="1")
        drain()
        before = contents()

        repeated = pay(shopper, placed, token=token, key="1")
        other = pay(shopper, placed, token="tok2", key="1")

        assert (repeated.status_code, repeated.json()["status"]) == (201, "confirmed")
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        assert contents() == before

    def test_to_cancel_has_its_effect_once(self, shopper: Shopper, drain: Drain) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()
        cancel(shopper, placed, key="1")
        drain()
        before = contents()

        repeated = cancel(shopper, placed, key="1")

        assert (repeated.status_code, repeated.json()["reason"]) == (200, "cancelled_by_buyer")
        assert contents() == before

    @pytest.mark.parametrize("what", ["cancel", "payments"])
    def test_needs_a_key_and_the_order_of_who_asks(self, shopper: Shopper, what: str) -> None:
        path = f"{shopper.order().headers['Location']}/{what}"
        body = {"payment_token": "tok"}
        others = [Shopper(), customer()]
        before = contents()

        keyless = shopper.send("post", path, body)
        refused = [other.send("post", path, body, **{"Idempotency-Key": "1"}) for other in others]

        assert (keyless.status_code, keyless.json()["code"]) == (400, "invalid")
        assert [answer.status_code for answer in refused] == [404, 404]
        assert contents() == before

    @pytest.mark.parametrize("what", ["cancel", "payments"])
    def test_counts_as_an_order_where_tries_are_limited(self, shopper: Shopper, what: str, settings: Settings) -> None:
        path = f"{shopper.order().headers['Location']}/{what}"
        settings.ORDER_RATE_LIMIT = (0, 3600)

        assert shopper.send("post", path, {}).status_code == 429


class TestAnOrderThatItsBuyerCancels:
    @pytest.mark.parametrize("card", [NEEDS_APPROVAL, GOOD_CARD])
    def test_gives_all_back_and_leaves_the_basket(self, shopper: Shopper, drain: Drain, card: str) -> None:
        placed = shopper.order(card=card)
        if card == NEEDS_APPROVAL:
            drain()

        cancelled = cancel(shopper, placed)
        drain()

        assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
        assert fetch_order(shopper, placed)["payment"]["status"] == "voided"
        assert stock_and_coupon_uses() == (1, 0, 0)
        assert charges() == (["voided"] if card == NEEDS_APPROVAL else [])
        assert mail.outbox == [], "who cancels knows so"
        assert shopper.order().status_code == 202
        drain()
        assert stock_and_coupon_uses() == (0, 0, 1)

    def test_can_be_a_customers(self) -> None:
        create_variant("MUG")
        robin = customer()
        robin.add("MUG")

        assert cancel(robin, robin.order()).json()["reason"] == "cancelled_by_buyer"


@pytest.mark.parametrize("card", [NEEDS_APPROVAL, GOOD_CARD])
def test_a_message_of_the_time_when_an_order_had_one_payment_is_about_the_first(
    shopper: Shopper, drain: Drain, card: str
) -> None:
    placed = shopper.order(card=card)
    drain()
    if card == NEEDS_APPROVAL:
        pay(shopper, placed)
    rows = OutboxMessage.objects.using("ordering").filter(type="ordering.authorise_payment.v1").order_by("id")
    for row in rows:
        row.data.pop("payment_id")
        row.message_id, row.state, row.pk = uuid4(), "pending", None
        row.save(using="ordering")
    drain()

    assert fetch_order(shopper, placed)["status"] == "confirmed"
    assert charges() == sorted(["captured", "voided"] if card == NEEDS_APPROVAL else ["captured"])


def test_a_void_that_is_late_does_not_reach_the_card_that_pays(shopper: Shopper, drain: Drain) -> None:
    placed = shopper.order(card=NEEDS_APPROVAL)
    drain()
    pay(shopper, placed)
    postpone("ordering.void_payment.v1", until=timezone.now() + timedelta(minutes=5))
    drain()

    run_until_idle_at(timezone.now() + timedelta(minutes=6))

    assert fetch_order(shopper, placed)["status"] == "confirmed"
    assert list(Payment.objects.values_list("state", flat=True)) == ["voided", "captured"]
    assert charges() == ["captured", "voided"]
