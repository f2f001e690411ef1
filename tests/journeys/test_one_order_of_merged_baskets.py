"""A guest orders, signs in, merges the basket, and orders again before the first order is paid: only one is paid."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from contexts.basket.models import Coupon, CouponQuerySet, Redemption
from contexts.basket.use_cases.redeem_coupon import redeem_coupon
from contexts.catalog.models import Stock
from contexts.ordering import neighbours
from contexts.ordering.domain.charge import Charge as Answer
from contexts.ordering.domain.commands import AuthorisePayment, CapturePayment
from contexts.ordering.models import Order
from contexts.ordering.use_cases.record_authorisation import record_authorisation
from contexts.ordering.use_cases.record_capture import record_capture
from tests.clock import postpone, run_until_idle_at
from tests.journeys.purchases import NEEDS_APPROVAL, TIMES_OUT, charges, outcomes
from tests.shop import NOW, Shopper, coupon, create_variant, customer
from tests.tables import contents
from tests.threads import concurrently, failures, interleaved

LATER = timedelta(minutes=5)

Drain = Callable[[], None]


def guest_with(sku: str, *, code: str = "") -> Shopper:
    guest = Shopper()
    guest.add(sku)
    if code:
        guest.send("put", "/api/v1/basket/coupon", {"code": code})
    return guest


def merge(robin: Shopper, guest: Shopper) -> None:
    assert robin.send("post", "/api/v1/basket/merge", {"token": guest.token}).status_code == 200


def ask_for_approval(shopper: Shopper, drain: Drain) -> str:
    """Order with a card that needs approval, and return the URL of the approval page."""
    placed = shopper.order(card=NEEDS_APPROVAL)
    drain()
    return str(shopper.get(placed.headers["Location"]).json()["payment"]["next_action"])


def run_until_idle() -> None:
    for later in (LATER, timedelta(days=2)):
        run_until_idle_at(timezone.now() + later)


@pytest.mark.django_db(databases="__all__")
class TestTheOrderOfAMergedBasket:
    @pytest.fixture(autouse=True)
    def _shop(self) -> None:
        create_variant("MUG", on_hand=10)

    def test_takes_the_place_of_the_guests_which_is_never_paid_though_it_is_approved(self, drain: Drain) -> None:
        guest, robin = guest_with("MUG"), customer()
        page = ask_for_approval(guest, drain)
        merge(robin, guest)

        placed = robin.order()
        Client().post(page, {"decision": "approve"})
        run_until_idle()

        assert placed.status_code == 202
        assert outcomes() == [("cancelled", "replaced"), ("confirmed", "")]
        assert charges() == ["captured", "voided"]
        assert Stock.objects.values_list("on_hand", "reserved").get() == (9, 0)

    @pytest.mark.parametrize(
        "late",
        [
            {},
            {"catalog.release_stock.v1": 2, "basket.release_coupon.v1": 1},
            {"catalog.reserve_stock.v1": 1, "basket.redeem_coupon.v1": 1},
        ],
        ids=["in turn", "releases are late", "new requests are late"],
    )
    def test_gets_the_last_pieces_and_the_coupon_that_several_unpaid_orders_hold(
        self, drain: Drain, late: dict[str, int]
    ) -> None:
        coupon("ONCE", max_uses=1)
        one, other, robin = guest_with("MUG", code="ONCE"), guest_with("MUG"), customer()
        ask_for_approval(one, drain)
        ask_for_approval(other, drain)
        merge(robin, one)
        merge(robin, other)
        Stock.objects.update(on_hand=2)

        placed = robin.order()
        for message, times in late.items():
            postpone(message, until=timezone.now() + LATER, times=times)
        drain()
        run_until_idle()

        assert placed.status_code == 202
        assert outcomes() == [("cancelled", "replaced"), ("cancelled", "replaced"), ("confirmed", "")]
        assert Stock.objects.values_list("on_hand", "reserved").get() == (0, 0)
        assert Coupon.objects.get().uses == 1
        assert Redemption.objects.get(state="redeemed").order_id == Order.objects.get(status="confirmed").pk

    def test_is_refused_if_the_money_of_the_guests_order_may_have_been_captured_and_cancels_no_other(
        self, drain: Drain
    ) -> None:
        stuck, other, robin = guest_with("MUG"), guest_with("MUG"), customer()
        ask_for_approval(other, drain)
        number = stuck.order(card=TIMES_OUT).json()["number"]
        drain()
        merge(robin, stuck)
        merge(robin, other)
        before = contents()

        refused = robin.order(payment_token="tok")

        assert (refused.status_code, refused.json()["code"], refused.json()["order"]) == (
            409,
            "already_ordered",
            number,
        )
        assert contents() == before

    def test_does_not_change_the_orders_of_other_guests(self, drain: Drain) -> None:
        stranger, guest, robin = guest_with("MUG"), guest_with("MUG"), customer()
        ask_for_approval(stranger, drain)
        merge(robin, guest)

        robin.order()
        drain()

        assert outcomes() == [("placed", ""), ("confirmed", "")]

    def test_is_refused_a_coupon_that_is_used_up_by_others(self, drain: Drain) -> None:
        coupon("ONCE", max_uses=1)
        stranger, guest, robin = guest_with("MUG", code="ONCE"), guest_with("MUG", code="ONCE"), customer()
        merge(robin, guest)
        ask_for_approval(stranger, drain)

        refused = robin.order(payment_token="tok")

        assert (refused.status_code, refused.json()["code"], refused.json()["coupon"]) == (
            422,
            "coupon_refused",
            "ONCE",
        )


@pytest.mark.usefixtures("real_commits")
class TestAtTheSameMoment:
    def test_a_guests_order_that_is_inserted_after_its_basket_was_merged_is_replaced_too(
        self, drain: Drain, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        create_variant("MUG", on_hand=10)
        guest, robin = guest_with("MUG"), customer()

        class SlowBasket:
            def snapshot(self, **arguments: Any) -> Any:
                snapshot = basket.snapshot(**arguments)
                merge(robin, guest)
                return snapshot

        basket = neighbours.basket
        with monkeypatch.context() as patched:
            patched.setattr(neighbours, "basket", SlowBasket())
            page = ask_for_approval(guest, drain)
        robin.order()
        Client().post(page, {"decision": "approve"})
        run_until_idle()

        assert outcomes() == [("cancelled", "replaced"), ("confirmed", "")]
        assert charges() == ["captured", "voided"]

    def test_merging_and_ordering_by_the_guest_leave_one_order_to_pay(self, drain: Drain) -> None:
        create_variant("MUG", on_hand=100)
        for number in range(6):
            guest, robin = guest_with("MUG"), customer(f"robin{number}@example.com")
            card, mine = guest.card(NEEDS_APPROVAL), robin.card()
            concurrently(partial(guest.order, payment_token=card), partial(merge, robin, guest))

            assert robin.order(payment_token=mine).status_code == 202
            assert Order.objects.filter(status="placed").count() == number + 1

        drain()
        assert failures() == []

    @pytest.mark.parametrize("step", ["authorised", "captured"])
    def test_the_approval_of_the_guests_order_comes_first_and_the_other_order_is_refused(
        self, drain: Drain, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        create_variant("MUG", on_hand=10)
        guest, robin = guest_with("MUG"), customer()
        page = ask_for_approval(guest, drain)
        merge(robin, guest)
        Client().post(page, {"decision": "approve"})
        first, card = Order.objects.get(), robin.card()
        where = "contexts.ordering.order_changes.send"
        record = partial(record_authorisation, AuthorisePayment(order_id=first.pk), Answer(state="authorised"))
        if step == "captured":
            record(now=timezone.now())
            where = "contexts.ordering.use_cases.record_capture.send"
            record = partial(record_capture, CapturePayment(order_id=first.pk), Answer(state="captured"))

        refused = interleaved(
            monkeypatch, where, partial(record, now=timezone.now()), partial(robin.order, payment_token=card)
        )
        run_until_idle()

        assert (refused.status_code, refused.json()["order"]) == (409, first.number)
        assert outcomes() == [("confirmed", "")]

    def test_the_approval_of_the_guests_order_comes_a_moment_too_late_and_takes_no_money(
        self, drain: Drain, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        create_variant("MUG", on_hand=10)
        guest, robin = guest_with("MUG"), customer()
        page = ask_for_approval(guest, drain)
        merge(robin, guest)
        Client().post(page, {"decision": "approve"})
        first, card = Order.objects.get(), robin.card()

        interleaved(
            monkeypatch,
            "contexts.ordering.order_changes.send",
            partial(robin.order, payment_token=card),
            partial(
                record_authorisation,
                AuthorisePayment(order_id=first.pk),
                Answer(state="authorised"),
                now=timezone.now(),
            ),
        )
        run_until_idle()

        assert outcomes() == [("cancelled", "replaced"), ("confirmed", "")]
        assert charges() == ["captured", "voided"]

    def test_orders_that_exchange_coupons_lock_the_same_one_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        release = CouponQuerySet.release

        def release_slowly(self: CouponQuerySet, code: str) -> None:
            release(self, code)
            time.sleep(0.1)

        monkeypatch.setattr(CouponQuerySet, "release", release_slowly)
        held = {code: uuid4() for code in ("ONE", "TWO")}
        for code, order_id in held.items():
            coupon(code)
            redeem_coupon(order_id=order_id, code=code, now=NOW)

        concurrently(
            partial(redeem_coupon, order_id=uuid4(), code="TWO", replaces=[held["ONE"]], now=NOW),
            partial(redeem_coupon, order_id=uuid4(), code="ONE", replaces=[held["TWO"]], now=NOW),
        )

        assert dict(Coupon.objects.values_list("code", "uses")) == {"ONE": 1, "TWO": 1}
