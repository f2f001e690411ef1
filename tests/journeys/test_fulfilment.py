"""A confirmed order to its end: shipped and delivered, or refunded once, through crashes and repeated messages."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.db.models import Sum
from django.utils import timezone

from contexts.basket.models import Coupon
from contexts.catalog import event_handlers
from contexts.catalog.models import Stock, StockMovement
from contexts.ordering.adapters.demo_payments import DemoPayments
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.status import TransitionRefused
from contexts.ordering.models import Order
from contexts.ordering.use_cases.deliver_order import deliver_order
from contexts.ordering.use_cases.refund_order import refund_order
from contexts.ordering.use_cases.ship_order import ship_order
from demo_payments import models as provider
from messaging import relay as relaying
from messaging.models import InboxMessage, OutboxMessage
from tests.clock import run_until_idle_at
from tests.journeys.purchases import DECLINED, TIMES_OUT
from tests.redelivery import DuplicatingBus, resend_everything
from tests.shop import ADDRESS, Shopper, coupon, create_variant
from tests.threads import concurrently, dispatcher_running, failures

every_database = pytest.mark.django_db(databases="__all__")

Drain = Callable[[], None]


def buy(**order: Any) -> tuple[Shopper, str]:
    """Buy three of ten mugs with a coupon, and return the shopper and the order's URL."""
    create_variant("MUG", price="10.00", on_hand=10)
    coupon("TENTH", max_uses=5)
    shopper = Shopper()
    shopper.add("MUG", 3)
    shopper.send("put", "/api/v1/basket/coupon", {"code": "TENTH"})
    return shopper, shopper.order(**order).headers["Location"]


def the_order() -> UUID:
    return Order.objects.get().pk


def ship(tracking: str = "") -> None:
    ship_order(order_id=the_order(), tracking=tracking, now=timezone.now())


def deliver() -> None:
    deliver_order(order_id=the_order(), now=timezone.now())


def refund(*, restock: bool = False) -> None:
    refund_order(order_id=the_order(), restock=restock, now=timezone.now())


def published_events() -> list[str]:
    """Return the events that ordering has published, the oldest first."""
    types = OutboxMessage.objects.using("ordering").order_by("id").values_list("type", flat=True)
    return [name.split(".")[1] for name in types if ".order_" in name]


def current_state() -> dict[str, Any]:
    """Return the state of order, money, stock and e-mails."""
    order = Order.objects.prefetch_related("payments").get()
    return {
        "order": (order.status, order.reason),
        "payment": order.payment.state,
        "charge": list(provider.Charge.objects.values_list("status", "amount")),
        "stock": Stock.objects.values_list("on_hand", "reserved").get(),
        "ledger": StockMovement.objects.aggregate(sum=Sum("delta"))["sum"],
        "mails": len(mail.outbox),
    }


@every_database
class TestAnOrderThatIsSent:
    def test_is_shown_to_its_buyer_as_shipped_and_then_as_delivered(self, drain: Drain) -> None:
        shopper, address = buy()
        drain()

        ship("3S <1> & 2")
        shipped_order = shopper.get(address).json()
        deliver()
        delivered_order = shopper.get(address).json()

        assert (shipped_order["status"], shipped_order["tracking"], shipped_order["delivered_at"]) == (
            "shipped",
            "3S <1> & 2",
            None,
        )
        assert (delivered_order["status"], delivered_order["shipped_at"]) == ("delivered", shipped_order["shipped_at"])
        assert delivered_order["delivered_at"] >= delivered_order["shipped_at"] >= delivered_order["confirmed_at"]
        assert published_events() == ["order_placed", "order_confirmed", "order_shipped", "order_delivered"]

    def test_is_announced_by_one_mail_with_what_where_and_the_tracking(self, drain: Drain) -> None:
        buy(delivery_address=ADDRESS | {"name": "Ada O'Example"})
        drain()
        mail.outbox.clear()

        ship("3S <1> & 2")
        drain()

        (message,) = mail.outbox
        assert isinstance(message, mail.EmailMultiAlternatives)
        text, html = str(message.body), str(message.alternatives[0][0])
        assert (message.to, "on its way" in message.subject) == (["ada@example.com"], True)
        assert message.extra_headers["Message-ID"].startswith(f"<shipment.{the_order()}@")
        assert all(part in text for part in ("3S <1> & 2", "3 × Mug", "Ada O'Example", "1011 AB Amsterdam"))
        assert all(part in html for part in ("3S &lt;1&gt; &amp; 2", "3 × Mug", "1011 AB Amsterdam"))

    def test_can_be_delivered_only_after_it_was_shipped_once(self, drain: Drain) -> None:
        buy()
        with pytest.raises(TransitionRefused, match="is placed, and so cannot become shipped"):
            ship()
        drain()
        with pytest.raises(TransitionRefused, match="is confirmed, and so cannot become delivered"):
            deliver()
        ship()
        with pytest.raises(TransitionRefused, match="is shipped, and so cannot become shipped"):
            ship("another")
        assert Order.objects.get().tracking == ""


@every_database
class TestARefund:
    def test_of_goods_that_were_not_shipped_cancels_the_order_and_returns_the_stock(self, drain: Drain) -> None:
        shopper, address = buy()
        drain()

        refund(restock=True)
        requested = shopper.get(address).json()
        drain()

        order = shopper.get(address).json()
        assert (requested["status"], requested["reason"], requested["payment"]["status"]) == (
            "cancelled",
            "refunded",
            "refunding",
        )
        assert (order["status"], order["payment"]["status"]) == ("cancelled", "refunded")
        assert current_state() == {
            "order": ("cancelled", "refunded"),
            "payment": "refunded",
            "charge": [("refunded", 27)],
            "stock": (10, 0),
            "ledger": 0,
            "mails": 2,
        }
        assert published_events() == ["order_placed", "order_confirmed", "order_cancelled", "order_refunded"]
        assert Coupon.objects.get().uses == 1, "the coupon stays used"

    @pytest.mark.parametrize("delivered", [False, True], ids=["shipped", "delivered"])
    def test_of_goods_that_have_left_returns_the_order(self, drain: Drain, delivered: bool) -> None:
        shopper, address = buy()
        drain()
        ship()
        if delivered:
            deliver()

        refund()
        drain()

        order = shopper.get(address).json()
        assert (order["status"], order["reason"], order["payment"]["status"]) == ("returned", None, "refunded")
        assert order["returned_at"] >= order["shipped_at"]
        assert (current_state()["charge"], current_state()["stock"], current_state()["ledger"]) == (
            [("refunded", 27)],
            (7, 0),
            -3,
        )
        assert published_events()[-2:] == ["order_returned", "order_refunded"]

    def test_is_announced_by_one_email_with_the_amount(self, drain: Drain) -> None:
        buy()
        drain()
        mail.outbox.clear()

        refund()
        drain()

        (message,) = mail.outbox
        assert isinstance(message, mail.EmailMultiAlternatives)
        assert message.extra_headers["Message-ID"].startswith(f"<refund.{the_order()}@")
        assert all("27.00 EUR" in part for part in (str(message.body), str(message.alternatives[0][0])))

    def test_is_refused_if_no_money_was_captured(self, drain: Drain) -> None:
        buy(card=DECLINED)
        with pytest.raises(TransitionRefused, match="is placed, and so cannot be refunded"):
            refund()
        drain()
        with pytest.raises(TransitionRefused, match="is cancelled, and so cannot be refunded"):
            refund(restock=True)

        assert current_state()["stock"] == (10, 0)

    def test_of_nothing_does_not_call_the_provider(self, drain: Drain, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise AssertionError("the provider was called")

        monkeypatch.setattr(DemoPayments, "refund", fail)
        create_variant("MUG")
        coupon("FREE", percent_off=100)
        shopper = Shopper()
        shopper.add("MUG")
        shopper.send("put", "/api/v1/basket/coupon", {"code": "FREE"})
        shopper.order(payment_token="none")
        drain()

        refund()
        drain()

        assert Order.objects.get().payment.state == "refunded"


REFUNDED = {
    "order": ("cancelled", "refunded"),
    "payment": "refunded",
    "charge": [("refunded", 27)],
    "stock": (10, 0),
    "ledger": 0,
    "mails": 2,
}


@every_database
class TestARefundThatGoesWrong:
    def test_happens_once_though_every_message_comes_twice(self, drain: Drain, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(relaying, "bus", DuplicatingBus)
        buy()
        drain()

        refund(restock=True)
        drain()
        resend_everything()
        drain()

        assert current_state() == REFUNDED

    def test_is_requested_again_after_a_lost_response_and_happens_once(self, drain: Drain) -> None:
        buy(card=TIMES_OUT)
        drain()
        run_until_idle_at(timezone.now() + timedelta(seconds=5))

        refund(restock=True)
        drain()
        unknown = current_state()
        run_until_idle_at(timezone.now() + timedelta(seconds=5))

        assert (unknown["payment"], unknown["charge"]) == ("refunding", [("refunded", 27)]), (
            "the shop has not recorded it yet"
        )
        assert current_state() == REFUNDED

    def test_is_recorded_after_a_crash_between_response_and_recording(
        self, drain: Drain, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def crash() -> None:
            monkeypatch.undo()
            raise SystemError

        buy()
        drain()
        monkeypatch.setattr("contexts.ordering.use_cases.record_refund.atomic", crash)

        refund(restock=True)
        drain()
        half_way = current_state()["payment"]
        run_until_idle_at(timezone.now() + timedelta(seconds=5))

        assert half_way == "refunding"
        assert current_state() == REFUNDED

    def test_that_the_provider_refuses_is_dead_and_visible(self, drain: Drain, monkeypatch: pytest.MonkeyPatch) -> None:
        shopper, address = buy()
        drain()
        monkeypatch.setattr(DemoPayments, "refund", lambda *_, **__: Charge(state="captured"))

        refund()
        for hours in range(1, 9):
            run_until_idle_at(timezone.now() + timedelta(hours=hours))

        dead = InboxMessage.objects.using("ordering").get(handler="ordering.refund_payment")
        assert (dead.state, dead.last_error.split()[0]) == ("dead", "NotRefunded")
        assert shopper.get(address).json()["payment"]["status"] == "refunding"
        assert "order_refunded" not in published_events()

    def test_returns_the_stock_once_though_it_overtakes_the_sale(
        self, drain: Drain, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def crash(**_: object) -> None:
            monkeypatch.undo()
            raise SystemError

        monkeypatch.setattr(event_handlers, "commit_stock", crash)
        buy()
        drain()
        sale = InboxMessage.objects.using("catalog").filter(state="pending")
        assert sale.update(available_at=timezone.now() + timedelta(minutes=1)) == 1

        refund(restock=True)
        drain()
        overtaken = current_state()
        run_until_idle_at(timezone.now() + timedelta(minutes=1))

        assert overtaken == current_state() == REFUNDED
        assert not sale.exists()


@pytest.mark.usefixtures("real_commits")
class TestOperatorsAtOnce:
    def outcomes(self, *actions: Callable[[], None]) -> list[bool]:
        """Run the actions at the same time, and return for each whether it succeeded."""

        def succeeds(action: Callable[[], None]) -> bool:
            try:
                action()
            except TransitionRefused:
                return False
            return True

        return concurrently(*[partial(succeeds, action) for action in actions])

    def test_refund_an_order_once(self) -> None:
        with dispatcher_running():
            buy()

        with dispatcher_running():
            succeeded = self.outcomes(*[partial(refund, restock=True)] * 4)

        assert sorted(succeeded) == [False, False, False, True]
        assert current_state() == REFUNDED
        assert failures() == []

    def test_either_ship_a_refunded_order_or_cancel_it(self) -> None:
        with dispatcher_running():
            buy()

        with dispatcher_running():
            shipped, refunded = self.outcomes(ship, partial(refund, restock=True))

        order = Order.objects.get()
        assert refunded, "a shipped order can be refunded, too"
        assert (order.status == "returned") == shipped == (order.shipped_at is not None)
        assert current_state() == REFUNDED | {
            "order": ("returned", "") if shipped else ("cancelled", "refunded"),
            "mails": 3 if shipped else 2,
        }
