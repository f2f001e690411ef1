"""Each way in which a payment can go, to its end: money, stock and coupon are where they belong."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from building_blocks.messaging.models import InboxMessage, OutboxMessage
from contexts.basket.models import Coupon, Redemption
from contexts.catalog.models import Reservation, Stock
from contexts.ordering.adapters.demo_payments import DemoPayments
from contexts.ordering.admin.figures import refunds_not_answered
from contexts.ordering.domain.status import CancelReason
from contexts.ordering.models import Order, Payment
from contexts.ordering.use_cases.cancel_order import cancel_order
from demo_payments import provider, states
from demo_payments.models import Charge
from tests.clock import hold, work_off_at
from tests.shop import Shopper, coupon, stocked

pytestmark = pytest.mark.django_db(databases="__all__")

DECLINED = "4000000000000002"
ASKS = "4000002500003155"
TIMES_OUT = "4000000000000119"


class ProviderIsAway(ConnectionError):
    pass


@pytest.fixture
def provider_away_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first call of the payment provider fail."""

    def away(*args: object) -> None:
        monkeypatch.undo()
        raise ProviderIsAway

    monkeypatch.setattr("contexts.ordering.commands.provider_for", away)


@pytest.fixture
def shopper() -> Shopper:
    """Somebody with three of ten mugs and a coupon in the basket."""
    stocked("MUG", price="10.00", on_hand=10)
    coupon("TENTH", max_uses=5)
    shopper = Shopper()
    shopper.add("MUG", 3)
    shopper.send("put", "/api/v1/basket/coupon", {"code": "TENTH"})
    return shopper


def seen(shopper: Shopper, placed: Any) -> Any:
    """Return the order as its buyer sees it now."""
    return shopper.get(placed.headers["Location"]).json()


def books() -> tuple[int, int, int]:
    """Return what is on hand, what of it is reserved, and how often the coupon is used."""
    stock = Stock.objects.get()
    return stock.on_hand, stock.reserved, Coupon.objects.get().uses


def charges() -> list[str]:
    return list(Charge.objects.values_list("status", flat=True))


def after_the_last_look() -> tuple[datetime, datetime]:
    """
    Let time pass until the provider is asked no more before the deadline.

    The deadline is near, and the looks are rare, as after some minutes: the next one would come a minute later.

    :returns: when it was asked for the last time, and the deadline.
    """
    last_look, deadline = timezone.now(), timezone.now() + timedelta(seconds=30)
    Order.objects.update(deadline_at=deadline)
    Payment.objects.update(changed_at=timezone.now() - timedelta(minutes=10))
    hold("ordering.expire_order.v1", until=deadline)
    looks = OutboxMessage.objects.using("ordering").filter(type="ordering.authorise_payment.v1", state="pending")
    while look := looks.filter(available_at__lt=deadline).first():
        last_look = look.available_at
        work_off_at(last_look)
    return last_look, deadline


def no_answer(*args: object, **more: object) -> None:
    raise ProviderIsAway


class TestACardThat:
    def test_is_declined_cancels_the_order_and_gives_all_back(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=DECLINED)
        drain()

        order = seen(shopper, placed)
        assert (order["status"], order["reason"]) == ("cancelled", "payment_declined")
        assert order["payment"]["status"] == "declined"
        assert books() == (10, 0, 0)
        assert charges() == ["declined"]
        assert mail.outbox == []
        assert shopper.get("/api/v1/basket").json()["items"][0]["quantity"] == 3, "it can be bought with another card"

    def test_times_out_after_charging_confirms_the_order_for_one_charge(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=TIMES_OUT)
        drain()
        first_try = (seen(shopper, placed)["status"], charges())

        work_off_at(timezone.now() + timedelta(seconds=5))

        order = seen(shopper, placed)
        assert first_try == ("placed", ["captured"]), "the money is taken, and nobody knows yet"
        assert (order["status"], order["payment"]["status"]) == ("confirmed", "captured")
        assert Charge.objects.aggregate(taken=Sum("amount"))["taken"] == 27
        assert charges() == ["captured"]
        assert books() == (7, 0, 1)
        assert len(mail.outbox) == 1

    def test_needs_action_confirms_the_order_once_it_is_approved(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=ASKS)
        drain()
        asked = seen(shopper, placed)

        Client().post(asked["payment"]["next_action"], {"decision": "approve"})
        work_off_at(timezone.now() + timedelta(seconds=10))

        order = seen(shopper, placed)
        assert (asked["status"], asked["payment"]["status"]) == ("placed", "action_required")
        assert (order["status"], order["payment"]) == ("confirmed", {"status": "captured", "next_action": None})
        assert books() == (7, 0, 1)
        assert charges() == ["captured"]

    def test_needs_action_cancels_the_order_once_it_is_refused(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=ASKS)
        drain()

        Client().post(seen(shopper, placed)["payment"]["next_action"], {"decision": "refuse"})
        work_off_at(timezone.now() + timedelta(seconds=10))

        assert seen(shopper, placed)["reason"] == "payment_declined"
        assert books() == (10, 0, 0)


class TestAnOrderThatIsNeverPaid:
    def test_is_cancelled_a_day_after_the_customer_was_asked_to_act(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=ASKS)
        drain()

        work_off_at(timezone.now() + timedelta(hours=1))
        after_an_hour = seen(shopper, placed)["status"]
        work_off_at(timezone.now() + timedelta(hours=25))

        order = seen(shopper, placed)
        assert after_an_hour == "placed", "the customer still has time"
        assert (order["status"], order["reason"]) == ("cancelled", "not_paid_in_time")
        assert order["payment"] == {"status": "voided", "next_action": None}
        assert books() == (10, 0, 0)
        assert charges() == ["voided"]
        assert [found.subject for found in mail.outbox] == [f"Markethall: your order {order['number']} is cancelled"]
        assert "It was not paid in time" in mail.outbox[0].body

    @pytest.mark.usefixtures("provider_away_at_first")
    def test_is_cancelled_at_its_deadline_though_the_provider_has_never_answered(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order()
        drain()
        before = books()
        hold("ordering.authorise_payment.v1", until=timezone.now() + timedelta(minutes=20))

        work_off_at(timezone.now() + timedelta(minutes=16))
        work_off_at(timezone.now() + timedelta(minutes=21))

        order = seen(shopper, placed)
        assert before == (10, 3, 1)
        assert (order["status"], order["reason"]) == ("cancelled", "not_paid_in_time")
        assert order["payment"]["status"] == "voided"
        assert books() == (10, 0, 0)
        assert charges() == ["voided"], "the authorisation comes too late"

    def test_is_looked_at_just_before_its_deadline_and_when_it_is_over(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=ASKS)
        drain()

        last_look, deadline = after_the_last_look()
        Client().post(seen(shopper, placed)["payment"]["next_action"], {"decision": "approve"})
        work_off_at(deadline)

        assert timedelta(0) < deadline - last_look <= timedelta(seconds=5)
        assert seen(shopper, placed)["status"] == "confirmed", "it was approved in time"
        assert charges() == ["captured"]

    @pytest.mark.parametrize(("decision", "reason"), [("refuse", "payment_declined"), ("", "not_paid_in_time")])
    def test_is_cancelled_if_the_last_look_finds_it_unpaid(
        self, shopper: Shopper, drain: Callable[[], None], decision: str, reason: str
    ) -> None:
        placed = shopper.order(card=ASKS)
        drain()

        _, deadline = after_the_last_look()
        if decision:
            Client().post(seen(shopper, placed)["payment"]["next_action"], {"decision": decision})
        work_off_at(deadline)

        order = seen(shopper, placed)
        assert (order["status"], order["reason"]) == ("cancelled", reason)
        assert books() == (10, 0, 0)

    @pytest.mark.parametrize(("away", "status"), [((0, 4), "confirmed"), ((0, 4, 11), "cancelled")])
    def test_is_kept_for_some_minutes_while_the_provider_does_not_say_whether_it_is_paid(
        self,
        shopper: Shopper,
        drain: Callable[[], None],
        monkeypatch: pytest.MonkeyPatch,
        away: tuple[int, ...],
        status: str,
    ) -> None:
        placed = shopper.order(card=ASKS)
        drain()
        _, deadline = after_the_last_look()
        Client().post(seen(shopper, placed)["payment"]["next_action"], {"decision": "approve"})

        with monkeypatch.context() as patched:
            patched.setattr(DemoPayments, "find", no_answer)
            for minutes in away:
                work_off_at(deadline + timedelta(minutes=minutes))
        work_off_at(deadline + timedelta(minutes=12))

        assert seen(shopper, placed)["status"] == status
        assert charges() == ["captured" if status == "confirmed" else "voided"]
        assert Stock.objects.get().reserved == 0

    def test_is_not_cancelled_once_its_money_may_be_taken(self, shopper: Shopper, drain: Callable[[], None]) -> None:
        placed = shopper.order(card=TIMES_OUT)
        drain()  # the capture is asked for, and its answer is lost

        cancelled = cancel_order(
            order_id=Order.objects.get().pk, reason=CancelReason.NOT_PAID_IN_TIME, now=timezone.now()
        )
        work_off_at(timezone.now() + timedelta(hours=1))

        assert not cancelled
        assert seen(shopper, placed)["status"] == "confirmed"


class TestACaptureThat:
    def test_is_declined_cancels_the_order_and_lets_its_buyer_know(
        self, shopper: Shopper, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(states._NEXT, (states.Status.AUTHORISED, states.Step.CAPTURE), states.Status.DECLINED)
        placed = shopper.order()
        drain()

        order = seen(shopper, placed)
        assert (order["status"], order["reason"]) == ("cancelled", "payment_declined")
        assert order["payment"]["status"] == "declined"
        assert books() == (10, 0, 0)
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
            work_off_at(timezone.now() + timedelta(minutes=minutes))

        assert seen(shopper, placed)["payment"]["status"] == "refunded"
        assert charges() == ["refunded"]


class TestAVoidThat:
    @pytest.fixture
    def cancelled_too_late(self, shopper: Shopper, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Any:
        """An order that is cancelled while its money is taken, by a provider that lets go of no money that it has."""
        monkeypatch.delitem(states._NEXT, (states.Status.CAPTURED, states.Step.VOID))
        placed = shopper.order(card=ASKS)
        drain()
        Client().post(seen(shopper, placed)["payment"]["next_action"], {"decision": "approve"})
        provider.capture(key=Order.objects.get().payment.pk, now=timezone.now())
        cancel_order(order_id=Order.objects.get().pk, reason=CancelReason.NOT_PAID_IN_TIME, now=timezone.now())
        return placed

    def test_finds_the_money_taken_gives_it_back(
        self, shopper: Shopper, drain: Callable[[], None], cancelled_too_late: Any
    ) -> None:
        drain()

        assert seen(shopper, cancelled_too_late)["payment"]["status"] == "refunded"
        assert charges() == ["refunded"]
        assert [found.subject.rpartition(" ")[2] for found in mail.outbox] == ["cancelled", "refunded"]

    @pytest.mark.usefixtures("cancelled_too_late")
    def test_finds_the_money_taken_is_seen_where_it_cannot_be_given_back(
        self, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delitem(states._NEXT, (states.Status.CAPTURED, states.Step.REFUND))

        drain()
        for hours in range(10):
            work_off_at(timezone.now() + timedelta(hours=hours))

        assert refunds_not_answered() == 1
        assert InboxMessage.objects.using("ordering").get(state="dead").handler == "ordering.refund_payment"

    def test_is_not_done_is_tried_again(
        self, shopper: Shopper, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        placed = shopper.order(card=ASKS)
        drain()
        with monkeypatch.context() as patched:
            patched.delitem(states._NEXT, (states.Status.REQUIRES_ACTION, states.Step.VOID))
            cancel_order(order_id=Order.objects.get().pk, reason=CancelReason.NOT_PAID_IN_TIME, now=timezone.now())
            drain()
            at_first = seen(shopper, placed)["payment"]["status"]
        work_off_at(timezone.now() + timedelta(minutes=1))

        assert (at_first, seen(shopper, placed)["payment"]["status"]) == ("voiding", "voided")
        assert charges() == ["voided"]


class TestAReleaseThatOvertakesItsRequest:
    def test_leaves_a_tombstone_so_that_nothing_is_ever_granted(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        shopper.order()
        hold("catalog.reserve_stock.v1", until=timezone.now() + timedelta(minutes=5))
        hold("basket.redeem_coupon.v1", until=timezone.now() + timedelta(minutes=5))

        cancel_order(order_id=Order.objects.get().pk, reason=CancelReason.NOT_PAID_IN_TIME, now=timezone.now())
        drain()
        between = (books(), Reservation.objects.get().state, Redemption.objects.get().state)
        work_off_at(timezone.now() + timedelta(minutes=5))

        assert between == ((10, 0, 0), "released", "released")
        assert (books(), Reservation.objects.get().state, Redemption.objects.get().state) == between
        assert charges() == []

    @pytest.mark.usefixtures("provider_away_at_first")
    def test_keeps_the_provider_from_charging(self, shopper: Shopper, drain: Callable[[], None]) -> None:
        shopper.order()
        drain()  # the authorisation is asked for, in vain

        cancel_order(order_id=Order.objects.get().pk, reason=CancelReason.NOT_PAID_IN_TIME, now=timezone.now())
        drain()
        work_off_at(timezone.now() + timedelta(minutes=1))

        assert charges() == ["voided"]
        assert Order.objects.get().payment.state == "voided"
