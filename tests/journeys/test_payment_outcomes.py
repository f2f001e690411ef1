"""Each way in which a payment can go, to its end: money, stock and coupon are where they belong."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from contexts.basket.models import Coupon, Redemption
from contexts.catalog.models import Reservation, Stock
from contexts.ordering.adapters.demo_payments import DemoPayments
from contexts.ordering.admin.tiles import pending_refunds
from contexts.ordering.domain.status import CancelReason
from contexts.ordering.models import Order, Payment
from contexts.ordering.use_cases.cancel_order import cancel_order
from demo_payments import provider, states
from demo_payments.models import Charge
from messaging.models import InboxMessage, OutboxMessage
from tests.clock import postpone, run_until_idle_at
from tests.shop import Shopper, coupon, create_variant

pytestmark = pytest.mark.django_db(databases="__all__")

DECLINED = "4000000000000002"
NEEDS_APPROVAL = "4000002500003155"
TIMES_OUT = "4000000000000119"


class ProviderUnavailable(ConnectionError):
    pass


@pytest.fixture
def provider_unavailable_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first call of the payment provider fail."""

    def away(*args: object) -> None:
        monkeypatch.undo()
        raise ProviderUnavailable

    monkeypatch.setattr("contexts.ordering.command_handlers.provider_for", away)


@pytest.fixture
def shopper() -> Shopper:
    """Somebody with three of ten mugs and a coupon in the basket."""
    create_variant("MUG", price="10.00", on_hand=10)
    coupon("TENTH", max_uses=5)
    shopper = Shopper()
    shopper.add("MUG", 3)
    shopper.send("put", "/api/v1/basket/coupon", {"code": "TENTH"})
    return shopper


def fetch_order(shopper: Shopper, placed: Any) -> Any:
    """Return the order as its buyer sees it now."""
    return shopper.get(placed.headers["Location"]).json()


def stock_and_coupon_uses() -> tuple[int, int, int]:
    """Return what is on hand, what of it is reserved, and how often the coupon is used."""
    stock = Stock.objects.get()
    return stock.on_hand, stock.reserved, Coupon.objects.get().uses


def charges() -> list[str]:
    return list(Charge.objects.values_list("status", flat=True))


def run_until_the_last_poll() -> tuple[datetime, datetime]:
    """
    Let time pass until the provider is asked no more before the deadline.

    The deadline is near, and the looks are rare, as after some minutes: the next one would come a minute later.

    :returns: when it was asked for the last time, and the deadline.
    """
    last_poll, deadline = timezone.now(), timezone.now() + timedelta(seconds=30)
    Order.objects.update(deadline_at=deadline)
    Payment.objects.update(changed_at=timezone.now() - timedelta(minutes=10))
    postpone("ordering.expire_order.v1", until=deadline)
    polls = OutboxMessage.objects.using("ordering").filter(type="ordering.authorise_payment.v1", state="pending")
    while poll := polls.filter(available_at__lt=deadline).first():
        last_poll = poll.available_at
        run_until_idle_at(last_poll)
    return last_poll, deadline


def no_answer(*args: object, **more: object) -> None:
    raise ProviderUnavailable


class TestACardThat:
    def test_is_declined_cancels_the_order_and_gives_all_back(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=DECLINED)
        drain()

        order = fetch_order(shopper, placed)
        assert (order["status"], order["reason"]) == ("cancelled", "payment_declined")
        assert order["payment"]["status"] == "declined"
        assert stock_and_coupon_uses() == (10, 0, 0)
        assert charges() == ["declined"]
        assert mail.outbox == []
        assert shopper.get("/api/v1/basket").json()["items"][0]["quantity"] == 3, "it can be bought with another card"

    def test_times_out_after_charging_confirms_the_order_for_one_charge(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=TIMES_OUT)
        drain()
        first_try = (fetch_order(shopper, placed)["status"], charges())

        run_until_idle_at(timezone.now() + timedelta(seconds=5))

        order = fetch_order(shopper, placed)
        assert first_try == ("placed", ["captured"]), "the money is taken, and nobody knows yet"
        assert (order["status"], order["payment"]["status"]) == ("confirmed", "captured")
        assert Charge.objects.aggregate(taken=Sum("amount"))["taken"] == 27
        assert charges() == ["captured"]
        assert stock_and_coupon_uses() == (7, 0, 1)
        assert len(mail.outbox) == 1

    def test_needs_action_confirms_the_order_once_it_is_approved(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()
        asked = fetch_order(shopper, placed)

        Client().post(asked["payment"]["next_action"], {"decision": "approve"})
        run_until_idle_at(timezone.now() + timedelta(seconds=10))

        order = fetch_order(shopper, placed)
        assert (asked["status"], asked["payment"]["status"]) == ("placed", "action_required")
        assert (order["status"], order["payment"]) == ("confirmed", {"status": "captured", "next_action": None})
        assert stock_and_coupon_uses() == (7, 0, 1)
        assert charges() == ["captured"]

    def test_needs_action_cancels_the_order_once_it_is_refused(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()

        Client().post(fetch_order(shopper, placed)["payment"]["next_action"], {"decision": "refuse"})
        run_until_idle_at(timezone.now() + timedelta(seconds=10))

        assert fetch_order(shopper, placed)["reason"] == "payment_declined"
        assert stock_and_coupon_uses() == (10, 0, 0)


class TestAnOrderThatIsNeverPaid:
    def test_is_cancelled_a_day_after_the_customer_was_asked_to_act(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()

        run_until_idle_at(timezone.now() + timedelta(hours=1))
        after_an_hour = fetch_order(shopper, placed)["status"]
        run_until_idle_at(timezone.now() + timedelta(hours=25))

        order = fetch_order(shopper, placed)
        assert after_an_hour == "placed", "the customer still has time"
        assert (order["status"], order["reason"]) == ("cancelled", "not_paid_in_time")
        assert order["payment"] == {"status": "voided", "next_action": None}
        assert stock_and_coupon_uses() == (10, 0, 0)
        assert charges() == ["voided"]
        assert [found.subject for found in mail.outbox] == [f"Markethall: your order {order['number']} is cancelled"]
        assert "It was not paid in time" in mail.outbox[0].body

    @pytest.mark.usefixtures("provider_unavailable_at_first")
    def test_is_cancelled_at_its_deadline_though_the_provider_has_never_answered(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order()
        drain()
        before = stock_and_coupon_uses()
        postpone("ordering.authorise_payment.v1", until=timezone.now() + timedelta(minutes=20))

        run_until_idle_at(timezone.now() + timedelta(minutes=16))
        run_until_idle_at(timezone.now() + timedelta(minutes=21))

        order = fetch_order(shopper, placed)
        assert before == (10, 3, 1)
        assert (order["status"], order["reason"]) == ("cancelled", "not_paid_in_time")
        assert order["payment"]["status"] == "voided"
        assert stock_and_coupon_uses() == (10, 0, 0)
        assert charges() == ["voided"], "the authorisation comes too late"

    def test_is_polled_just_before_its_deadline_and_when_it_is_over(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()

        last_poll, deadline = run_until_the_last_poll()
        Client().post(fetch_order(shopper, placed)["payment"]["next_action"], {"decision": "approve"})
        run_until_idle_at(deadline)

        assert timedelta(0) < deadline - last_poll <= timedelta(seconds=5)
        assert fetch_order(shopper, placed)["status"] == "confirmed", "it was approved in time"
        assert charges() == ["captured"]

    @pytest.mark.parametrize(("decision", "reason"), [("refuse", "payment_declined"), ("", "not_paid_in_time")])
    def test_is_cancelled_if_the_last_check_finds_it_unpaid(
        self, shopper: Shopper, drain: Callable[[], None], decision: str, reason: str
    ) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()

        _, deadline = run_until_the_last_poll()
        if decision:
            Client().post(fetch_order(shopper, placed)["payment"]["next_action"], {"decision": decision})
        run_until_idle_at(deadline)

        order = fetch_order(shopper, placed)
        assert (order["status"], order["reason"]) == ("cancelled", reason)
        assert stock_and_coupon_uses() == (10, 0, 0)

    @pytest.mark.parametrize(("away", "status"), [((0, 4), "confirmed"), ((0, 4, 11), "cancelled")])
    def test_is_kept_for_some_minutes_while_the_provider_does_not_say_whether_it_is_paid(
        self,
        shopper: Shopper,
        drain: Callable[[], None],
        monkeypatch: pytest.MonkeyPatch,
        away: tuple[int, ...],
        status: str,
    ) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()
        _, deadline = run_until_the_last_poll()
        Client().post(fetch_order(shopper, placed)["payment"]["next_action"], {"decision": "approve"})

        with monkeypatch.context() as patched:
            patched.setattr(DemoPayments, "find", no_answer)
            for minutes in away:
                run_until_idle_at(deadline + timedelta(minutes=minutes))
        run_until_idle_at(deadline + timedelta(minutes=12))

        assert fetch_order(shopper, placed)["status"] == status
        assert charges() == ["captured" if status == "confirmed" else "voided"]
        assert Stock.objects.get().reserved == 0

    def test_is_not_cancelled_once_its_money_may_be_taken(self, shopper: Shopper, drain: Callable[[], None]) -> None:
        placed = shopper.order(card=TIMES_OUT)
        drain()  # the capture is asked for, and its answer is lost

        cancelled = cancel_order(
            order_id=Order.objects.get().pk, reason=CancelReason.NOT_PAID_IN_TIME, now=timezone.now()
        )
        run_until_idle_at(timezone.now() + timedelta(hours=1))

        assert not cancelled
        assert fetch_order(shopper, placed)["status"] == "confirmed"


class TestACaptureThat:
    def test_is_declined_cancels_the_order_and_lets_its_buyer_know(
        self, shopper: Shopper, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(
            states._TRANSITIONS, (states.Status.AUTHORISED, states.Operation.CAPTURE), states.Status.DECLINED
        )
        placed = shopper.order()
        drain()

        order = fetch_order(shopper, placed)
        assert (order["status"], order["reason"]) == ("cancelled", "payment_declined")
        assert order["payment"]["status"] == "declined"
        assert stock_and_coupon_uses() == (10, 0, 0)
        assert [found.subject for found in mail.outbox] == [f"Markethall: your order {order['number']} is cancelled"]
        assert "could not be paid" in mail.outbox[0].body
        assert not InboxMessage.objects.using("ordering").filter(state="dead").exists()

    def test_was_made_of_an_order_that_was_cancelled_in_spite_of_it_is_given_back(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=TIMES_OUT)
        drain()
        # As an earlier version could leave it.
        Order.objects.update(status="cancelled", reason="not_paid_in_time", cancelled_at=timezone.now())
        for minutes in (1, 2):  # the answer to the refund is lost, too
            run_until_idle_at(timezone.now() + timedelta(minutes=minutes))

        assert fetch_order(shopper, placed)["payment"]["status"] == "refunded"
        assert charges() == ["refunded"]


class TestAVoidThat:
    @pytest.fixture
    def cancelled_too_late(self, shopper: Shopper, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Any:
        """An order that is cancelled while its money is taken, by a provider that lets go of no money that it has."""
        monkeypatch.delitem(states._TRANSITIONS, (states.Status.CAPTURED, states.Operation.VOID))
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()
        Client().post(fetch_order(shopper, placed)["payment"]["next_action"], {"decision": "approve"})
        provider.capture(key=Order.objects.get().payment.pk, now=timezone.now())
        cancel_order(order_id=Order.objects.get().pk, reason=CancelReason.NOT_PAID_IN_TIME, now=timezone.now())
        return placed

    def test_finds_the_money_taken_gives_it_back(
        self, shopper: Shopper, drain: Callable[[], None], cancelled_too_late: Any
    ) -> None:
        drain()

        assert fetch_order(shopper, cancelled_too_late)["payment"]["status"] == "refunded"
        assert charges() == ["refunded"]
        assert [found.subject.rpartition(" ")[2] for found in mail.outbox] == ["cancelled", "refunded"]

    @pytest.mark.usefixtures("cancelled_too_late")
    def test_finds_the_money_taken_is_seen_where_it_cannot_be_given_back(
        self, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delitem(states._TRANSITIONS, (states.Status.CAPTURED, states.Operation.REFUND))

        drain()
        for hours in range(10):
            run_until_idle_at(timezone.now() + timedelta(hours=hours))

        assert pending_refunds() == 1
        assert InboxMessage.objects.using("ordering").get(state="dead").handler == "ordering.refund_payment"

    def test_is_not_done_is_tried_again(
        self, shopper: Shopper, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()
        with monkeypatch.context() as patched:
            patched.delitem(states._TRANSITIONS, (states.Status.REQUIRES_ACTION, states.Operation.VOID))
            cancel_order(order_id=Order.objects.get().pk, reason=CancelReason.NOT_PAID_IN_TIME, now=timezone.now())
            drain()
            at_first = fetch_order(shopper, placed)["payment"]["status"]
        run_until_idle_at(timezone.now() + timedelta(minutes=1))

        assert (at_first, fetch_order(shopper, placed)["payment"]["status"]) == ("voiding", "voided")
        assert charges() == ["voided"]


class TestAReleaseThatOvertakesItsRequest:
    def test_leaves_a_tombstone_so_that_nothing_is_ever_granted(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        shopper.order()
        postpone("catalog.reserve_stock.v1", until=timezone.now() + timedelta(minutes=5))
        postpone("basket.redeem_coupon.v1", until=timezone.now() + timedelta(minutes=5))

        cancel_order(order_id=Order.objects.get().pk, reason=CancelReason.NOT_PAID_IN_TIME, now=timezone.now())
        drain()
        between = (stock_and_coupon_uses(), Reservation.objects.get().state, Redemption.objects.get().state)
        run_until_idle_at(timezone.now() + timedelta(minutes=5))

        assert between == ((10, 0, 0), "released", "released")
        assert (stock_and_coupon_uses(), Reservation.objects.get().state, Redemption.objects.get().state) == between
        assert charges() == []

    @pytest.mark.usefixtures("provider_unavailable_at_first")
    def test_keeps_the_provider_from_charging(self, shopper: Shopper, drain: Callable[[], None]) -> None:
        shopper.order()
        drain()  # the authorisation is asked for, in vain

        cancel_order(order_id=Order.objects.get().pk, reason=CancelReason.NOT_PAID_IN_TIME, now=timezone.now())
        drain()
        run_until_idle_at(timezone.now() + timedelta(minutes=1))

        assert charges() == ["voided"]
        assert Order.objects.get().payment.state == "voided"
