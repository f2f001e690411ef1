"""The states of an order and its payment: in whatever order answers come in, money and order agree."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from building_blocks.messaging.models import OutboxMessage
from contexts.ordering.db import database
from contexts.ordering.domain.charge import Charge, ChargeState
from contexts.ordering.domain.status import (
    MAY_BE_CANCELLED,
    NEXT_PAYMENT_STATE,
    NEXT_STATUS,
    CancelReason,
    ImpossibleMove,
    Moves,
    OrderStatus,
    PaymentState,
    check_move,
)
from contexts.ordering.models import Order, Payment
from contexts.ordering.use_cases.cancel_order import cancel_order
from contexts.ordering.use_cases.expire_order import expire_order
from contexts.ordering.use_cases.grant import grant
from contexts.ordering.use_cases.record_authorisation import record_authorisation
from contexts.ordering.use_cases.record_capture import NotCaptured, record_capture
from contexts.ordering.use_cases.record_void import record_void
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
        assert [status for status in OrderStatus if not NEXT_STATUS[status]] == ["confirmed", "cancelled"]
        assert [state for state in PaymentState if not NEXT_PAYMENT_STATE[state]] == ["captured", "declined", "voided"]
        assert set(NEXT_PAYMENT_STATE[PaymentState.CAPTURING]) == {PaymentState.CAPTURED}
        assert PaymentState.CAPTURING not in MAY_BE_CANCELLED


def charge(state: ChargeState) -> Callable[[UUID], None]:
    return lambda order_id: record_authorisation(order_id=order_id, charge=Charge(state=state), now=NOW)


def capture(state: ChargeState) -> Callable[[UUID], None]:
    return lambda order_id: record_capture(order_id=order_id, charge=Charge(state=state), now=NOW)


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
    """Take a step, as its handler would: all of it or nothing."""
    try:
        with database.attempt():
            STEPS[step][1](order.pk)
    except (ImpossibleMove, NotCaptured):
        # Parked, for a person to look at, with nothing written; that may befall a second answer, but no news.
        assert STEPS[step][0], step
    look_again(order)


def look_again(order: Order) -> None:
    order.refresh_from_db()
    order.payment.refresh_from_db()


def state_of(order: Order) -> tuple[object, ...]:
    """Return what tells one situation of an order from another."""
    return order.status, order.payment.state, order.stock_granted, order.coupon_granted, order.deadline_at


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
    if before != OrderStatus.PLACED:
        assert status == before, "a settled order stays as it is"
    assert (status == OrderStatus.CONFIRMED) == (paid == PaymentState.CAPTURED)
    assert bool(order.reason) == (status == OrderStatus.CANCELLED)
    assert sent.count("capture_payment") == (paid in (PaymentState.CAPTURING, PaymentState.CAPTURED))
    assert sent.count("order_confirmed") == sent.count("send_confirmation") == (status == OrderStatus.CONFIRMED)
    given_back = {sent.count(name) for name in ("release_stock", "release_coupon", "order_cancelled")}
    assert given_back == {int(status == OrderStatus.CANCELLED)}
    if status == OrderStatus.CANCELLED:
        assert "capture_payment" not in sent
        assert ("void_payment" in sent) == ("authorise_payment" in sent and paid != PaymentState.DECLINED)
    if "authorise_payment" in sent:
        assert order.stock_granted
        assert order.coupon_granted


@pytest.mark.django_db(databases=["ordering"])
class TestAnOrder:
    def test_and_its_money_agree_whatever_comes_when(self) -> None:
        seen: set[tuple[object, ...]] = set()

        explore(placed(), money_and_order_agree, seen)

        assert {paid for _, paid, *_ in seen} == set(PaymentState)

    def test_has_a_day_where_the_customer_must_act(self) -> None:
        order = placed()

        for step in ("stock is granted", "coupon is granted", "action required", "time passes"):
            take(step, order)
        waiting = order.status
        take("a day passes", order)

        assert (waiting, order.status, order.reason) == ("placed", "cancelled", "not_paid_in_time")
        assert sent_for(order)[-4:] == ["release_stock", "release_coupon", "void_payment", "order_cancelled"]
