"""Each outcome of a payment: money, stock and coupon are as the order says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from contexts.basket.models import Redemption
from contexts.catalog.models import Reservation, Stock
from contexts.ordering.adapters.demo_payments import DemoPayments
from contexts.ordering.admin.tiles import pending_refunds
from contexts.ordering.domain.status import TransitionRefused
from contexts.ordering.models import Order, Payment
from contexts.ordering.use_cases.cancel_order import cancel_order
from demo_payments import provider, states
from demo_payments.models import Charge
from messaging.models import InboxMessage, OutboxMessage
from tests.client import Shopper
from tests.clock import postpone, run_until_idle_at
from tests.journeys.purchases import DECLINED, NEEDS_APPROVAL, TIMES_OUT, charges, fetch_order, stock_and_coupon_uses

pytestmark = pytest.mark.django_db(databases="__all__")


class ProviderUnavailable(ConnectionError):
    pass


@pytest.fixture
def provider_unavailable_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first call of the payment provider fail."""

    def fail(*args: object) -> None:
        monkeypatch.undo()
        raise ProviderUnavailable

    monkeypatch.setattr("contexts.ordering.command_handlers.provider_for", fail)


def run_until_the_last_poll() -> tuple[datetime, datetime]:
    """
    Let time pass until the last poll of the provider before the deadline.

    The deadline is near, and polls are rare, as they are after some minutes: without the deadline the next poll would
    follow a minute later.

    :return: the time of the last poll, and the deadline.
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


def unavailable(*args: object, **more: object) -> None:
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
        assert stock_and_coupon_uses() == (1, 0, 0)
        assert charges() == ["declined"]
        assert mail.outbox == []
        assert shopper.get("/api/v1/basket").json()["items"][0]["quantity"] == 1, (
            "the basket can be bought with another card"
        )

    def test_times_out_after_charging_confirms_the_order_for_one_charge(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=TIMES_OUT)
        drain()
        first_try = (fetch_order(shopper, placed)["status"], charges())

        run_until_idle_at(timezone.now() + timedelta(seconds=5))

        order = fetch_order(shopper, placed)
        assert first_try == ("placed", ["captured"]), "the money is captured, and the shop has not recorded it"
        assert (order["status"], order["payment"]["status"]) == ("confirmed", "captured")
        assert Charge.objects.aggregate(total=Sum("amount"))["total"] == 9
        assert charges() == ["captured"]
        assert stock_and_coupon_uses() == (0, 0, 1)
        assert len(mail.outbox) == 1

    def test_needs_action_confirms_the_order_once_it_is_approved(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()
        pending = fetch_order(shopper, placed)

        Client().post(pending["payment"]["next_action"], {"decision": "approve"})
        run_until_idle_at(timezone.now() + timedelta(seconds=10))

        order = fetch_order(shopper, placed)
        assert (pending["status"], pending["payment"]["status"]) == ("placed", "action_required")
        assert (order["status"], order["payment"]) == ("confirmed", {"status": "captured", "next_action": None})
        assert stock_and_coupon_uses() == (0, 0, 1)
        assert charges() == ["captured"]

    def test_needs_action_cancels_the_order_once_it_is_refused(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()

        Client().post(fetch_order(shopper, placed)["payment"]["next_action"], {"decision": "refuse"})
        run_until_idle_at(timezone.now() + timedelta(seconds=10))

        assert fetch_order(shopper, placed)["reason"] == "payment_declined"
        assert stock_and_coupon_uses() == (1, 0, 0)


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
        assert stock_and_coupon_uses() == (1, 0, 0)
        assert charges() == ["voided"]
        assert [message.subject for message in mail.outbox] == [
            f"Markethall: your order {order['number']} is cancelled"
        ]
        assert "It was not paid in time" in mail.outbox[0].body

    @pytest.mark.usefixtures("provider_unavailable_at_first")
    def test_is_cancelled_at_its_deadline_even_if_the_provider_has_never_answered(
        self, shopper: Shopper, drain: Callable[[], None]
    ) -> None:
        placed = shopper.order()
        drain()
        before = stock_and_coupon_uses()
        postpone("ordering.authorise_payment.v1", until=timezone.now() + timedelta(minutes=20))

        run_until_idle_at(timezone.now() + timedelta(minutes=16))
        run_until_idle_at(timezone.now() + timedelta(minutes=21))

        order = fetch_order(shopper, placed)
        assert before == (1, 1, 1)
        assert (order["status"], order["reason"]) == ("cancelled", "not_paid_in_time")
        assert order["payment"]["status"] == "voided"
        assert stock_and_coupon_uses() == (1, 0, 0)
        assert charges() == ["voided"], "the authorisation came too late"

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
        assert stock_and_coupon_uses() == (1, 0, 0)

    @pytest.mark.parametrize(("outages", "status"), [((0, 4), "confirmed"), ((0, 4, 11), "cancelled")])
    def test_stays_open_for_some_minutes_while_the_provider_is_unavailable(
        self,
        shopper: Shopper,
        drain: Callable[[], None],
        monkeypatch: pytest.MonkeyPatch,
        outages: tuple[int, ...],
        status: str,
    ) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()
        _, deadline = run_until_the_last_poll()
        Client().post(fetch_order(shopper, placed)["payment"]["next_action"], {"decision": "approve"})

        with monkeypatch.context() as patched:
            patched.setattr(DemoPayments, "find", unavailable)
            for minutes in outages:
                run_until_idle_at(deadline + timedelta(minutes=minutes))
        run_until_idle_at(deadline + timedelta(minutes=12))

        assert fetch_order(shopper, placed)["status"] == status
        assert charges() == ["captured" if status == "confirmed" else "voided"]
        assert Stock.objects.get().reserved == 0

    def test_is_not_cancelled_once_its_money_may_be_taken(self, shopper: Shopper, drain: Callable[[], None]) -> None:
        placed = shopper.order(card=TIMES_OUT)
        drain()  # the capture is requested, and its response is lost

        with pytest.raises(TransitionRefused):
            cancel_order(order_id=Order.objects.get().pk, now=timezone.now())
        run_until_idle_at(timezone.now() + timedelta(hours=1))

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
        assert stock_and_coupon_uses() == (1, 0, 0)
        assert [message.subject for message in mail.outbox] == [
            f"Markethall: your order {order['number']} is cancelled"
        ]
        assert "could not be paid" in mail.outbox[0].body
        assert not InboxMessage.objects.using("ordering").filter(state="dead").exists()

    def test_belongs_to_a_cancelled_order_is_refunded(self, shopper: Shopper, drain: Callable[[], None]) -> None:
        placed = shopper.order(card=TIMES_OUT)
        drain()
        # An earlier version of the shop could leave an order like this.
        Order.objects.update(status="cancelled", reason="not_paid_in_time", cancelled_at=timezone.now())
        for minutes in (1, 2):  # the response to the refund is lost, too
            run_until_idle_at(timezone.now() + timedelta(minutes=minutes))

        assert fetch_order(shopper, placed)["payment"]["status"] == "refunded"
        assert charges() == ["refunded"]


class TestAVoidThat:
    @pytest.fixture
    def cancelled_too_late(self, shopper: Shopper, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Any:
        """An order that is cancelled while its money is captured, at a provider that refuses to void captured money."""
        monkeypatch.delitem(states._TRANSITIONS, (states.Status.CAPTURED, states.Operation.VOID))
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()
        Client().post(fetch_order(shopper, placed)["payment"]["next_action"], {"decision": "approve"})
        provider.capture(key=Order.objects.get().payment.pk, now=timezone.now())
        cancel_order(order_id=Order.objects.get().pk, now=timezone.now())
        return placed

    def test_finds_the_money_taken_gives_it_back(
        self, shopper: Shopper, drain: Callable[[], None], cancelled_too_late: Any
    ) -> None:
        drain()

        assert fetch_order(shopper, cancelled_too_late)["payment"]["status"] == "refunded"
        assert charges() == ["refunded"]
        assert [message.subject.rpartition(" ")[2] for message in mail.outbox] == ["cancelled", "refunded"]

    @pytest.mark.usefixtures("cancelled_too_late")
    def test_finds_the_money_captured_is_visible_to_operators_if_the_refund_fails(
        self, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delitem(states._TRANSITIONS, (states.Status.CAPTURED, states.Operation.REFUND))

        drain()
        for hours in range(10):
            run_until_idle_at(timezone.now() + timedelta(hours=hours))

        assert pending_refunds() == 1
        assert InboxMessage.objects.using("ordering").get(state="dead").handler == "ordering.refund_payment"

    def test_fails_is_retried(
        self, shopper: Shopper, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        placed = shopper.order(card=NEEDS_APPROVAL)
        drain()
        with monkeypatch.context() as patched:
            patched.delitem(states._TRANSITIONS, (states.Status.REQUIRES_ACTION, states.Operation.VOID))
            cancel_order(order_id=Order.objects.get().pk, now=timezone.now())
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

        cancel_order(order_id=Order.objects.get().pk, now=timezone.now())
        drain()
        between = (stock_and_coupon_uses(), Reservation.objects.get().state, Redemption.objects.get().state)
        run_until_idle_at(timezone.now() + timedelta(minutes=5))

        assert between == ((1, 0, 0), "released", "released")
        assert (stock_and_coupon_uses(), Reservation.objects.get().state, Redemption.objects.get().state) == between
        assert charges() == []

    @pytest.mark.usefixtures("provider_unavailable_at_first")
    def test_keeps_the_provider_from_charging(self, shopper: Shopper, drain: Callable[[], None]) -> None:
        shopper.order()
        drain()  # the request for the authorisation fails

        cancel_order(order_id=Order.objects.get().pk, now=timezone.now())
        drain()
        run_until_idle_at(timezone.now() + timedelta(minutes=1))

        assert charges() == ["voided"]
        assert Order.objects.get().payment.state == "voided"
