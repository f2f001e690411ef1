"""The states of an order and its payment: in whatever order answers come in, money and order agree."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError

from building_blocks.messaging.models import OutboxMessage
from contexts.ordering.db import database
from contexts.ordering.domain.charge import Charge, ChargeState
from contexts.ordering.domain.status import (
    AFTER_REFUND,
    MAY_BE_CANCELLED,
    NEXT_PAYMENT_STATE,
    NEXT_STATUS,
    CancelReason,
    ImpossibleMove,
    Moves,
    OrderStatus,
    PaymentState,
    StepRefused,
    check_move,
)
from contexts.ordering.models import Order, Payment
from contexts.ordering.use_cases.cancel_order import cancel_order
from contexts.ordering.use_cases.deliver_order import deliver_order
from contexts.ordering.use_cases.expire_order import expire_order
from contexts.ordering.use_cases.grant import grant
from contexts.ordering.use_cases.record_authorisation import record_authorisation
from contexts.ordering.use_cases.record_capture import NotCaptured, record_capture
from contexts.ordering.use_cases.record_refund import NotRefunded, record_refund
from contexts.ordering.use_cases.record_void import record_void
from contexts.ordering.use_cases.refund_order import refund_order
from contexts.ordering.use_cases.ship_order import ship_order
from tests.shop import ADDRESS, NOW


class TestMoves:
    @pytest.mark.parametrize(("moves", "states"), [(NEXT_STATUS, OrderStatus), (NEXT_PAYMENT_STATE, PaymentState)])
    def test_are_refused_unless_they_are_foreseen(self, moves: Moves, states: type[OrderStatus | PaymentState]) -> None:
        for old in states:
            for new in states:
                if new in moves[old]:
                    check_move(moves, old, new)
                else:
                    with pytest.raises(ImpossibleMove):
                        check_move(moves, old, new)

    def test_leave_an_end_never_and_a_capture_only_with_the_money(self) -> None:
        assert [status for status in OrderStatus if not NEXT_STATUS[status]] == ["cancelled", "returned"]
        assert [state for state in PaymentState if not NEXT_PAYMENT_STATE[state]] == ["refunded", "declined", "voided"]
        assert set(NEXT_PAYMENT_STATE[PaymentState.CAPTURING]) == {PaymentState.CAPTURED}
        assert PaymentState.CAPTURING not in MAY_BE_CANCELLED


def charge(state: ChargeState) -> Callable[[UUID], None]:
    return lambda order_id: record_authorisation(order_id=order_id, charge=Charge(state=state), now=NOW)


def capture(state: ChargeState) -> Callable[[UUID], None]:
    return lambda order_id: record_capture(order_id=order_id, charge=Charge(state=state), now=NOW)


def refund(state: ChargeState) -> Callable[[UUID], None]:
    return lambda order_id: record_refund(order_id=order_id, charge=Charge(state=state), now=NOW)


def cancel(order_id: UUID) -> None:
    cancel_order(order_id=order_id, reason=CancelReason.OUT_OF_STOCK, now=NOW)


STEPS: dict[str, tuple[str, Callable[[UUID], object]]] = {
    "stock is granted": ("", lambda order_id: grant(order_id=order_id, stock=True, now=NOW)),
    "coupon is granted": ("", lambda order_id: grant(order_id=order_id, coupon=True, now=NOW)),
    "a neighbour refuses": ("", cancel),
    "authorised": ("authorise_payment", charge("authorised")),
    "action required": ("authorise_payment", charge("action_required")),
    "declined": ("authorise_payment", charge("declined")),
    "captured": ("capture_payment", capture("captured")),
    "not captured": ("capture_payment", capture("authorised")),
    "voided": ("void_payment", lambda order_id: record_void(order_id=order_id, now=NOW)),
    "shipped": ("", lambda order_id: ship_order(order_id=order_id, now=NOW)),
    "delivered": ("", lambda order_id: deliver_order(order_id=order_id, now=NOW)),
    "refund asked": ("", lambda order_id: refund_order(order_id=order_id, restock=True, now=NOW)),
    "refunded": ("refund_payment", refund("refunded")),
    "not refunded": ("refund_payment", refund("captured")),
    "time passes": ("", lambda order_id: expire_order(order_id=order_id, now=NOW + timedelta(hours=1))),
    "a day passes": ("", lambda order_id: expire_order(order_id=order_id, now=NOW + timedelta(days=2))),
}
"""What may happen to an order, each with the message that it answers, if any: it comes after that one, or never."""


def placed() -> Order:
    """Place an order with a coupon, so that two neighbours must grant it."""
    order = Order.objects.create(
        email="ada@example.com",
        basket_id=uuid4(),
        basket_version=1,
        coupon="TENTH",
        shipping_method="standard",
        delivery_address=ADDRESS,
        currency="EUR",
        subtotal=10,
        discount=1,
        shipping=0,
        tax=1,
        total=9,
        placed_at=NOW,
        deadline_at=NOW + timedelta(minutes=15),
    )
    Payment.objects.create(order=order, token="tok", amount=9, changed_at=NOW)
    return order


def sent_for(order: Order) -> list[str]:
    """Return the names of the messages about an order, the oldest first."""
    rows = OutboxMessage.objects.using("ordering").filter(subject=str(order.pk))
    return [name.split(".")[1] for name in rows.order_by("id").values_list("type", flat=True)]


def take(step: str, order: Order) -> None:
    """Take a step, as its handler or operator would: all of it or nothing."""
    try:
        with database.attempt():
            STEPS[step][1](order.pk)
    except StepRefused:
        pass  # an operator was told so
    except (ImpossibleMove, NotCaptured, NotRefunded):
        # Parked, for a person to look at, with nothing written; that may befall a second answer, but no news.
        assert STEPS[step][0], step
    look_again(order)


def look_again(order: Order) -> None:
    order.refresh_from_db()
    order.payment.refresh_from_db()


def state_of(order: Order) -> tuple[object, ...]:
    """Return what tells one situation of an order from another."""
    granted = order.stock_granted, order.coupon_granted
    return order.status, order.payment.state, *granted, order.deadline_at, order.shipped_at, order.delivered_at


class Undo(Exception):
    pass


def explore(order: Order, check: Callable[[Order, str], None], seen: set[tuple[object, ...]]) -> None:
    """Take every step from every situation that steps lead to, and check the order after each."""
    asked = {"", *sent_for(order)}
    for step in [step for step, (answered, _) in STEPS.items() if answered in asked]:
        before = order.status
        with suppress(Undo), database.attempt():
            take(step, order)
            check(order, before)
            if state_of(order) not in seen:
                seen.add(state_of(order))
                explore(order, check, seen)
            raise Undo
        look_again(order)


def money_and_order_agree(order: Order, before: str) -> None:
    status, paid, sent = order.status, order.payment.state, sent_for(order)
    refund_asked = paid in (PaymentState.REFUNDING, PaymentState.REFUNDED)
    taken = refund_asked or paid == PaymentState.CAPTURED
    assert status == before or status in NEXT_STATUS[before]
    assert (status in AFTER_REFUND) == (paid == PaymentState.CAPTURED)
    assert bool(order.reason) == (status == OrderStatus.CANCELLED)
    assert sent.count("capture_payment") == (taken or paid == PaymentState.CAPTURING)
    assert sent.count("order_confirmed") == sent.count("send_confirmation") == taken
    assert sent.count("order_shipped") == sent.count("send_shipping_notice") == (order.shipped_at is not None)
    assert sent.count("order_delivered") == (order.delivered_at is not None)
    assert sent.count("refund_payment") == sent.count("return_stock") == refund_asked
    assert sent.count("order_refunded") == sent.count("send_refund_notice") == (paid == PaymentState.REFUNDED)
    assert sent.count("order_returned") == (status == OrderStatus.RETURNED)
    assert sent.count("order_cancelled") == (status == OrderStatus.CANCELLED)
    given_back = {sent.count(name) for name in ("release_stock", "release_coupon")}
    assert given_back == {int(status == OrderStatus.CANCELLED and not taken)}
    if order.reason == CancelReason.REFUNDED:
        assert refund_asked
        assert order.shipped_at is None
    elif status == OrderStatus.CANCELLED:
        assert "capture_payment" not in sent
        assert ("void_payment" in sent) == ("authorise_payment" in sent and paid != PaymentState.DECLINED)
    if "authorise_payment" in sent:
        assert order.stock_granted
        assert order.coupon_granted


@pytest.mark.django_db(databases=["ordering"])
class TestTheDatabaseItself:
    @pytest.mark.parametrize("status", ["shipped", "delivered", "returned"])
    def test_refuses_an_order_that_has_left_at_no_time(self, status: str) -> None:
        order = placed()

        with pytest.raises(IntegrityError, match="order_shipped_when"), database.attempt():
            Order.objects.filter(pk=order.pk).update(status=status, returned_at=NOW if status == "returned" else None)

    def test_refuses_an_order_that_is_returned_at_no_time(self) -> None:
        order = placed()

        with pytest.raises(IntegrityError, match="order_returned_when"), database.attempt():
            Order.objects.filter(pk=order.pk).update(status="returned", shipped_at=NOW)


@pytest.mark.django_db(databases=["ordering"])
class TestAnOrder:
    def test_and_its_money_agree_whatever_comes_when(self) -> None:
        seen: set[tuple[object, ...]] = set()

        explore(placed(), money_and_order_agree, seen)

        assert {paid for _, paid, *_ in seen} == set(PaymentState)
        assert {status for status, *_ in seen} == set(OrderStatus)

    def test_has_a_day_where_the_customer_must_act(self) -> None:
        order = placed()

        for step in ("stock is granted", "coupon is granted", "action required", "time passes"):
            take(step, order)
        waiting = order.status
        take("a day passes", order)

        assert (waiting, order.status, order.reason) == ("placed", "cancelled", "not_paid_in_time")
        assert sent_for(order)[-4:] == ["release_stock", "release_coupon", "void_payment", "order_cancelled"]
