"""What becomes of the demo's past orders: how a life goes, and how far it has come by now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contexts.ordering.domain.status import CancelReason, OrderStatus, PaymentState
from contexts.ordering.models import Order, Payment

IMMEDIATELY, A_DAY = timedelta(0), timedelta(days=1)
SENT = ((IMMEDIATELY, OrderStatus.CONFIRMED), (5 * A_DAY, OrderStatus.SHIPPED), (9 * A_DAY, OrderStatus.DELIVERED))


@dataclass(frozen=True, slots=True)
class OrderHistory:
    """
    :param transitions: each with how long after the payment it comes.
    :param reason: why the order is cancelled in the end.
    :param payment: what becomes of the payment in the end.
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
"""An order has the first of these lives whose number is above the dice."""


def apply_history(order: Order, payment: Payment, draw: float, *, settled_at: datetime, now: datetime) -> None:
    """Write into the order and its payment, neither of them stored yet, how far their life has come."""
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
