"""The statuses of an order and the states of its payments: they agree in any order of events and answers."""

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import cast
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError

from building_blocks.transitions import InvalidTransition, Transitions, check_transition
from contexts.ordering import queries
from contexts.ordering.db import database
from contexts.ordering.domain.charge import Charge, ChargeState
from contexts.ordering.domain.commands import (
    AuthorisePayment,
    CapturePayment,
    CheckPaymentBeforeExpiry,
    RefundPayment,
    VoidPayment,
)
from contexts.ordering.domain.status import (
    ACTIVE,
    CANCELLABLE,
    ORDER_TRANSITIONS,
    PAYMENT_TRANSITIONS,
    REASONS_TO_NOTIFY_BUYER,
    STATUS_AFTER_REFUND,
    CancelReason,
    OrderStatus,
    PaymentState,
    TransitionRefused,
)
from contexts.ordering.models import ONE_UNPAID_PER_BASKET, Order
from contexts.ordering.use_cases.cancel_order import cancel_order
from contexts.ordering.use_cases.deliver_order import deliver_order
from contexts.ordering.use_cases.expire_order import expire_order
from contexts.ordering.use_cases.pay_order_again import pay_order_again
from contexts.ordering.use_cases.record_authorisation import record_authorisation
from contexts.ordering.use_cases.record_capture import NotCaptured, record_capture
from contexts.ordering.use_cases.record_grant import record_grant
from contexts.ordering.use_cases.record_payment_check import PaymentCheck, record_payment_check
from contexts.ordering.use_cases.record_refund import NotRefunded, record_refund
from contexts.ordering.use_cases.record_rejection import record_rejection
from contexts.ordering.use_cases.record_void import NotVoided, record_void
from contexts.ordering.use_cases.refund_order import refund_order
from contexts.ordering.use_cases.ship_order import ship_order
from messaging.models import OutboxMessage
from tests.clock import NOW
from tests.ordering.orders import placed
from web_api.idempotency.keys import IdempotencyKey


class TestTransitions:
    @pytest.mark.parametrize(
        ("transitions", "states"), [(ORDER_TRANSITIONS, OrderStatus), (PAYMENT_TRANSITIONS, PaymentState)]
    )
    def test_are_refused_unless_they_are_listed(
        self, transitions: Transitions, states: type[OrderStatus | PaymentState]
    ) -> None:
        for old in states:
            for new in states:
                if new in transitions[old]:
                    check_transition(transitions, old, new)
                else:
                    with pytest.raises(InvalidTransition):
                        check_transition(transitions, old, new)

    def test_never_leave_a_final_status_and_leave_a_capture_only_by_an_answer(self) -> None:
        assert [status for status in OrderStatus if not ORDER_TRANSITIONS[status]] == ["cancelled", "returned"]
        assert [state for state in PaymentState if not PAYMENT_TRANSITIONS[state]] == ["refunded", "declined", "voided"]
        assert PAYMENT_TRANSITIONS[PaymentState.CAPTURING] == {"captured", "declined", "refunding"}
        assert PaymentState.CAPTURING not in CANCELLABLE


def answered(
    command: Callable[..., object], record: Callable[..., None], state: ChargeState
) -> Callable[[UUID, UUID], None]:
    """Let the provider answer for one attempt to pay."""
    return lambda order_id, payment_id: record(
        command(order_id=order_id, payment_id=payment_id), Charge(state=state), now=NOW
    )


def reject(order_id: UUID) -> None:
    record_rejection(order_id=order_id, reason=CancelReason.OUT_OF_STOCK, now=NOW)


def pay_again(order_id: UUID) -> None:
    key = IdempotencyKey.of(scope="ada", key=str(uuid4()), body=None)
    pay_order_again(order_id=order_id, payment_token="tok2", key=key, now=NOW)


def expire(after: timedelta) -> Callable[[UUID], None]:
    """Let the deadline pass; if the provider is asked, it answers that it has no charge."""

    def action(order_id: UUID) -> None:
        expire_order(order_id=order_id, now=NOW + after)
        payment = queries.order(order_id).payment
        if OutboxMessage.objects.using("ordering").filter(
            data__payment_id=str(payment.pk), type="ordering.check_payment_before_expiry.v1"
        ):
            command = CheckPaymentBeforeExpiry(order_id=order_id, payment_id=payment.pk)
            record_payment_check(command, PaymentCheck(), now=NOW + after)

    return action


ACTIONS: dict[str, Callable[[UUID], object]] = {
    "stock is granted": lambda order_id: record_grant(order_id=order_id, stock=True, now=NOW),
    "coupon is granted": lambda order_id: record_grant(order_id=order_id, coupon=True, now=NOW),
    "a neighbour refuses": reject,
    "cancelled by the shop": lambda order_id: cancel_order(order_id=order_id, now=NOW),
    "shipped": lambda order_id: ship_order(order_id=order_id, now=NOW),
    "delivered": lambda order_id: deliver_order(order_id=order_id, now=NOW),
    "refund asked": lambda order_id: refund_order(order_id=order_id, restock=True, now=NOW),
    "time passes": expire(timedelta(hours=1)),
    "a day passes": expire(timedelta(days=2)),
}
"""The actions that are possible at any time."""

ANSWERS: dict[str, tuple[str, Callable[[UUID, UUID], object]]] = {
    "authorised": ("authorise_payment", answered(AuthorisePayment, record_authorisation, "authorised")),
    "action required": ("authorise_payment", answered(AuthorisePayment, record_authorisation, "action_required")),
    "declined": ("authorise_payment", answered(AuthorisePayment, record_authorisation, "declined")),
    "captured": ("capture_payment", answered(CapturePayment, record_capture, "captured")),
    "not captured": ("capture_payment", answered(CapturePayment, record_capture, "authorised")),
    "capture declined": ("capture_payment", answered(CapturePayment, record_capture, "declined")),
    "voided": ("void_payment", answered(VoidPayment, record_void, "voided")),
    "not voided": ("void_payment", answered(VoidPayment, record_void, "authorised")),
    "taken in spite of the void": ("void_payment", answered(VoidPayment, record_void, "captured")),
    "refunded": ("refund_payment", answered(RefundPayment, record_refund, "refunded")),
    "not refunded": ("refund_payment", answered(RefundPayment, record_refund, "captured")),
}
"""The provider's possible answers to a message about an attempt to pay: never, once or again after that message."""


Messages = list[tuple[str, str | None]]


def messages_of(order: Order) -> Messages:
    """Return the name of each message about an order with the attempt to pay that it names, the oldest first."""
    rows = OutboxMessage.objects.using("ordering").filter(subject=str(order.pk)).order_by("id")
    return [(row.type.split(".")[1], row.data.get("payment_id")) for row in rows]


def possible_actions(order: Order, sent: Messages, *, twice: bool) -> dict[str, Callable[[], object]]:
    """Return the actions that are possible now; with `twice`, another card is tried once."""
    actions: dict[str, Callable[[], object]] = {name: partial(action, order.pk) for name, action in ACTIONS.items()}
    if twice and order.payment.number == 0:
        actions["paid again"] = partial(pay_again, order.pk)
    for payment in order.payments.all():
        for name, (message, action) in ANSWERS.items():
            if (message, str(payment.pk)) in sent:
                actions[f"{name} {payment.number}"] = partial(action, order.pk, payment.pk)
    return actions


def perform(action: Callable[[], object], *, is_answer: bool) -> None:
    """Perform an action as its handler or operator would: all of it or nothing."""
    try:
        with database.savepoint():
            action()
    except TransitionRefused:
        pass  # the operator or buyer sees the refusal
    except (InvalidTransition, NotCaptured, NotVoided, NotRefunded):
        # The message is dead in the end, with nothing written: this may happen only to an answer of the provider.
        assert is_answer


def state_of(order: Order, *, twice: bool) -> tuple[object, ...]:
    """Return what distinguishes two situations of an order."""
    obtained = order.stock_reserved, order.coupon_redeemed
    paid = tuple(payment.state for payment in order.payments.all())
    times = () if twice else (order.deadline_at, order.shipped_at, order.delivered_at)
    return order.status, paid, *obtained, *times


class Undo(Exception):
    pass


def explore(
    order: Order, visited: set[tuple[object, ...]], *, twice: bool = False, without: Collection[str] = ()
) -> None:
    """Perform every action in every reachable situation, and check the order after each."""
    for name, action in possible_actions(order, messages_of(order), twice=twice).items():
        if name in without:
            continue
        with suppress(Undo), database.savepoint():
            perform(action, is_answer=name not in ACTIONS)
            after = queries.order(order.pk)
            messages = messages_of(after)
            order_and_money_agree(after, [name for name, _ in messages], before=order.status)
            every_attempt_has_its_messages(after, messages)
            if (state := state_of(after, twice=twice)) not in visited:
                visited.add(state)
                explore(after, visited, twice=twice, without=without)
            raise Undo


def order_and_money_agree(order: Order, sent: list[str], before: str) -> None:
    status, states = order.status, [payment.state for payment in order.payments.all()]
    was_capturing = "capture_payment" in sent
    is_paid, is_refunded = order.confirmed_at is not None, order.reason == "refunded" or status == "returned"
    assert status == before or status in ORDER_TRANSITIONS[before]
    assert (status in STATUS_AFTER_REFUND) == (PaymentState.CAPTURED in states)
    assert (status == OrderStatus.PLACED) == (not is_paid and order.payment.state in ACTIVE)
    assert bool(order.reason) == (status == OrderStatus.CANCELLED)
    assert sent.count("order_confirmed") == sent.count("send_confirmation") == is_paid
    assert sent.count("order_shipped") == sent.count("send_shipping_notice") == (order.shipped_at is not None)
    assert sent.count("order_delivered") == (order.delivered_at is not None)
    assert sent.count("return_stock") == is_refunded
    assert sent.count("order_returned") == (status == OrderStatus.RETURNED)
    assert sent.count("order_cancelled") == (status == OrderStatus.CANCELLED)
    is_notified = order.reason in REASONS_TO_NOTIFY_BUYER or (order.reason == "payment_declined" and was_capturing)
    assert sent.count("send_cancellation_notice") == is_notified
    given_back = {sent.count(name) for name in ("release_stock", "release_coupon")}
    assert given_back == {int(status == OrderStatus.CANCELLED and not is_refunded)}
    assert not is_refunded or is_paid
    assert sent.count("order_refunded") == sent.count("send_refund_notice") == (order.payment.state == "refunded")


def every_attempt_has_its_messages(order: Order, sent: Messages) -> None:
    for payment in order.payments.all():
        names = [name for name, payment_id in sent if payment_id == str(payment.pk)]
        assert max(names.count(name) for name in ("capture_payment", "void_payment", "refund_payment")) <= 1
        assert ("refund_payment" in names) == (payment.state in (PaymentState.REFUNDING, PaymentState.REFUNDED))
        assert "authorise_payment" not in names or order.is_ready_to_pay
        if payment != order.payment:
            assert payment.state not in ACTIVE
            assert "capture_payment" not in names
        if payment.state not in ACTIVE and "authorise_payment" in names and "capture_payment" not in names:
            assert ("void_payment" in names) == (payment.state != PaymentState.DECLINED)


@pytest.mark.django_db(databases=["ordering"])
class TestDatabaseConstraints:
    @pytest.mark.parametrize("status", ["shipped", "delivered", "returned"])
    def test_refuse_a_shipped_order_without_a_time(self, status: str) -> None:
        order = placed()

        with pytest.raises(IntegrityError, match="order_shipped_at_set"), database.savepoint():
            Order.objects.filter(pk=order.pk).update(status=status, returned_at=NOW if status == "returned" else None)

    def test_refuse_a_returned_order_without_a_time(self) -> None:
        order = placed()

        with pytest.raises(IntegrityError, match="order_returned_at_set"), database.savepoint():
            Order.objects.filter(pk=order.pk).update(status="returned", shipped_at=NOW)

    def test_refuse_two_unpaid_orders_of_one_basket(self) -> None:
        first, second = placed(), placed()

        with pytest.raises(IntegrityError, match=ONE_UNPAID_PER_BASKET), database.savepoint():
            Order.objects.filter(pk=second.pk).update(basket_id=first.basket_id, basket_version=2)

    @pytest.mark.parametrize("state", ACTIVE)
    def test_refuse_a_second_active_attempt_to_pay(self, state: str) -> None:
        order = placed()

        with pytest.raises(IntegrityError, match="payment_one_active"), database.savepoint():
            order.payments.create(number=1, token="tok", amount=9, state=state, changed_at=NOW)


@pytest.mark.django_db(databases=["ordering"])
class TestAnOrder:
    def test_agrees_with_its_money_in_any_order_of_events(self) -> None:
        visited: set[tuple[object, ...]] = set()

        explore(placed(), visited)

        assert {state for _, paid, *_ in visited for state in cast("tuple[str]", paid)} == set(PaymentState)
        assert {status for status, *_ in visited} == set(OrderStatus)

    def test_agrees_with_its_money_if_a_second_card_is_tried_at_any_moment(self) -> None:
        order, visited = placed(), set[tuple[object, ...]]()
        record_grant(order_id=order.pk, stock=True, coupon=True, now=NOW)
        skipped = {
            *ACTIONS,
            *(f"not {done} {number}" for done in ("captured", "voided", "refunded") for number in (0, 1)),
        }

        explore(order, visited, twice=True, without=skipped - {"a neighbour refuses"})

        assert ("cancelled", ("voided", "voided")) in {(status, paid) for status, paid, *_ in visited}
        assert ("confirmed", ("refunded", "captured")) in {(status, paid) for status, paid, *_ in visited}

    def test_has_a_day_if_the_buyer_must_approve(self) -> None:
        order = placed()
        record_grant(order_id=order.pk, stock=True, coupon=True, now=NOW)
        answered(AuthorisePayment, record_authorisation, "action_required")(order.pk, order.payment.pk)

        ACTIONS["time passes"](order.pk)
        waiting = Order.objects.get().status
        ACTIONS["a day passes"](order.pk)

        order = Order.objects.get()
        assert (waiting, order.status, order.reason) == ("placed", "cancelled", "not_paid_in_time")
        assert [name for name, _ in messages_of(order)][-5:] == [
            "release_stock",
            "release_coupon",
            "void_payment",
            "order_cancelled",
            "send_cancellation_notice",
        ]
