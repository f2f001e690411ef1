"""An unpaid order whose buyer pays with another card, or cancels."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from contexts.ordering.models import Order, Payment
from messaging.models import OutboxMessage
from tests.clock import postpone, run_until_idle_at
from tests.journeys.purchases import DECLINED, NEEDS_APPROVAL, TIMES_OUT, charges, fetch_order, stock_and_coupon_uses
from tests.shop import GOOD_CARD, Shopper, create_variant, customer
from tests.tables import contents

pytestmark = pytest.mark.django_db(databases="__all__")

Drain = Callable[[], None]


def pay(shopper: Shopper, placed: Any, *, card: str = GOOD_CARD, token: str = "", key: str = "", **headers: str) -> Any:
    """Pay a placed order with another card."""
    headers["Idempotency-Key"] = key or str(uuid4())
    body = {"payment_token": token or shopper.card(card)}
    return shopper.send("post", f"{placed.headers['Location']}/payments", body, **headers)


def cancel(shopper: Shopper, placed: Any, *, key: str = "") -> Any:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return shopper.send("post", f"{placed.headers['Location']}/cancel", **headers)


class TestAnotherCard:
    def test_pays_the_same_order_of_the_last_piece_with_its_coupon(self, shopper: Shopper, drain: Drain) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()
        before = stock_and_coupon_uses()

        again = pay(shopper, placed)
        drain()

        order = fetch_order(shopper, placed)
        assert before == (1, 1, 1), "the order holds stock and coupon"
        assert (again.status_code, again.json()["payment"]) == (202, {"status": "authorising", "next_action": None})
        assert (order["status"], order["payment"]["status"]) == ("confirmed", "captured")
        assert list(Payment.objects.values_list("state", flat=True)) == ["voided", "captured"]
        assert charges() == ["captured", "voided"]
        assert stock_and_coupon_uses() == (0, 0, 1)
        assert len(mail.outbox) == 1

    def test_accepts_a_client_that_waits_for_the_outcome(self, shopper: Shopper, drain: Drain) -> None:
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
        assert charges() == ["captured"], "the first card was never sent to the provider"

    def test_that_is_declined_cancels_the_order(self, shopper: Shopper, drain: Drain) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()

        pay(shopper, placed, card=DECLINED)
        drain()

        order = fetch_order(shopper, placed)
        assert (order["status"], order["reason"]) == ("cancelled", "payment_declined")
        assert stock_and_coupon_uses() == (1, 0, 0)
        assert charges() == ["declined", "voided"]

    def test_gives_the_order_the_time_of_a_new_one_within_a_limit(self, shopper: Shopper, drain: Drain) -> None:
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

        assert [(response.status_code, response.json()["code"]) for response in refused] == [(409, "step_refused")] * 2
        assert contents() == before

    def test_is_refused_if_its_number_is_sent_instead_of_a_token(self, shopper: Shopper) -> None:
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

    @pytest.mark.parametrize("resource", ["cancel", "payments"])
    def test_needs_a_key_and_comes_from_the_buyer(self, shopper: Shopper, resource: str) -> None:
        path = f"{shopper.order().headers['Location']}/{resource}"
        body = {"payment_token": "tok"}
        others = [Shopper(), customer()]
        before = contents()

        keyless = shopper.send("post", path, body)
        refused = [other.send("post", path, body, **{"Idempotency-Key": "1"}) for other in others]

        assert (keyless.status_code, keyless.json()["code"]) == (400, "invalid")
        assert [response.status_code for response in refused] == [404, 404]
        assert contents() == before

    @pytest.mark.parametrize("resource", ["cancel", "payments"])
    def test_counts_towards_the_rate_limit_of_orders(self, shopper: Shopper, resource: str, settings: Settings) -> None:
        path = f"{shopper.order().headers['Location']}/{resource}"
        settings.ORDER_RATE_LIMIT = (0, 3600)

        assert shopper.send("post", path, {}).status_code == 429


class TestAnOrderThatItsBuyerCancels:
    @pytest.mark.parametrize("card", [NEEDS_APPROVAL, GOOD_CARD])
    def test_releases_stock_coupon_and_money_and_keeps_the_basket(
        self, shopper: Shopper, drain: Drain, card: str
    ) -> None:
        placed = shopper.order(card=card)
        if card == NEEDS_APPROVAL:
            drain()

        cancelled = cancel(shopper, placed)
        drain()

        assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
        assert fetch_order(shopper, placed)["payment"]["status"] == "voided"
        assert stock_and_coupon_uses() == (1, 0, 0)
        assert charges() == (["voided"] if card == NEEDS_APPROVAL else [])
        assert mail.outbox == [], "a buyer who cancels gets no e-mail about it"
        assert shopper.order().status_code == 202
        drain()
        assert stock_and_coupon_uses() == (0, 0, 1)

    def test_can_belong_to_a_customer(self) -> None:
        create_variant("MUG")
        robin = customer()
        robin.add("MUG")

        assert cancel(robin, robin.order()).json()["reason"] == "cancelled_by_buyer"


@pytest.mark.parametrize("card", [NEEDS_APPROVAL, GOOD_CARD])
def test_a_message_from_before_orders_had_several_payments_is_about_the_first_payment(
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
