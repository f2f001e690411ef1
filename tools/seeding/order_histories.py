"""The histories of the demo's past orders: their transitions, and how far they have come by now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contexts.ordering.domain.status import CancelReason, OrderStatus, PaymentState
from contexts.ordering.models import Order, Payment

IMMEDIATELY, A_DAY = timedelta(0), timedelta(days=1)
SENT = ((IMMEDIATELY, OrderStatus.CONFIRMED), (5 * A_DAY, OrderStatus.SHIPPED), (9 * A_DAY, OrderStatus.DELIVERED))


@dataclass(frozen=True, slots=True)
class OrderHistory:
    """
    The history of an order after its payment.

    :param transitions: each with its time after the payment.
    :param reason: the reason of the cancellation at the end, or "".
    :param payment: the payment's state at the end.
    """

    transitions: tuple[tuple[timedelta, OrderStatus], ...]
    reason: str
    payment: PaymentState


CANCELLED_IMMEDIATELY = ((IMMEDIATELY, OrderStatus.CANCELLED),)
HISTORIES = (
    (0.03, OrderHistory(CANCELLED_IMMEDIATELY, CancelReason.PAYMENT_DECLINED, PaymentState.DECLINED)),
    (0.06, OrderHistory(CANCELLED_IMMEDIATELY, CancelReason.NOT_PAID_IN_TIME, PaymentState.VOIDED)),
    (0.08, OrderHistory(CANCELLED_IMMEDIATELY, CancelReason.OUT_OF_STOCK, PaymentState.VOIDED)),
    (0.10, OrderHistory((*SENT[:1], (A_DAY, OrderStatus.CANCELLED)), CancelReason.REFUNDED, PaymentState.REFUNDED)),
    (0.14, OrderHistory((*SENT, (20 * A_DAY, OrderStatus.RETURNED)), "", PaymentState.REFUNDED)),
    (1.00, OrderHistory(SENT, "", PaymentState.CAPTURED)),
)
"""An order has the first of these histories whose number is above the one that is drawn."""


def apply_history(order: Order, payment: Payment, draw: float, *, settled_at: datetime, now: datetime) -> None:
    """Set the fields of an unstored order and its payment to what the history has reached by `now`."""
    history = next(history for share, history in HISTORIES if draw < share)
    reached = [(settled_at + after, status) for after, status in history.transitions if settled_at + after <= now]
    for at, status in reached:
        setattr(order, f"{status}_at", at)
    last_at, order.status = reached[-1]
    has_ended = len(reached) == len(history.transitions)
    order.reason = history.reason if has_ended else ""
    order.tracking = f"DEMO-{order.number[3:]}" if order.shipped_at else ""
    order.stock_reserved = order.confirmed_at is not None
    order.coupon_redeemed = order.stock_reserved or not order.coupon
    payment.state = history.payment if has_ended else PaymentState.CAPTURED
    payment.changed_at = settled_at if payment.state == PaymentState.CAPTURED else last_at
    payment.decline_reason = "card_declined" if payment.state == PaymentState.DECLINED else ""
