"""What becomes of the demo's past orders: how a life goes, and how far it has come by now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contexts.ordering.domain.status import CancelReason, OrderStatus, PaymentState
from contexts.ordering.models import Order, Payment

AT_ONCE, A_DAY = timedelta(0), timedelta(days=1)
SENT = ((AT_ONCE, OrderStatus.CONFIRMED), (5 * A_DAY, OrderStatus.SHIPPED), (9 * A_DAY, OrderStatus.DELIVERED))


@dataclass(frozen=True, slots=True)
class Life:
    """
    :param steps: each with how long after the payment it comes.
    :param reason: why the order is cancelled in the end.
    :param payment: what becomes of the payment in the end.
    """

    steps: tuple[tuple[timedelta, OrderStatus], ...]
    reason: str
    payment: PaymentState


CANCELLED_AT_ONCE = ((AT_ONCE, OrderStatus.CANCELLED),)
LIVES = (
    (0.03, Life(CANCELLED_AT_ONCE, CancelReason.PAYMENT_DECLINED, PaymentState.DECLINED)),
    (0.06, Life(CANCELLED_AT_ONCE, CancelReason.NOT_PAID_IN_TIME, PaymentState.VOIDED)),
    (0.08, Life(CANCELLED_AT_ONCE, CancelReason.OUT_OF_STOCK, PaymentState.VOIDED)),
    (0.10, Life((*SENT[:1], (A_DAY, OrderStatus.CANCELLED)), CancelReason.REFUNDED, PaymentState.REFUNDED)),
    (0.14, Life((*SENT, (20 * A_DAY, OrderStatus.RETURNED)), "", PaymentState.REFUNDED)),
    (1.00, Life(SENT, "", PaymentState.CAPTURED)),
)
"""An order has the first of these lives whose number is above the dice."""


def live(order: Order, payment: Payment, dice: float, *, settled_at: datetime, now: datetime) -> None:
    """Write into the order and its payment, neither of them stored yet, how far their life has come."""
    life = next(life for share, life in LIVES if dice < share)
    passed = [(settled_at + after, status) for after, status in life.steps if settled_at + after <= now]
    for at, status in passed:
        setattr(order, f"{status}_at", at)
    last_at, order.status = passed[-1]
    has_ended = len(passed) == len(life.steps)
    order.reason = life.reason if has_ended else ""
    order.tracking = f"DEMO-{order.number[3:]}" if order.shipped_at else ""
    order.stock_granted = order.confirmed_at is not None
    order.coupon_granted = order.stock_granted or not order.coupon
    payment.state = life.payment if has_ended else PaymentState.CAPTURED
    payment.changed_at = settled_at if payment.state == PaymentState.CAPTURED else last_at
    payment.decline_reason = "card_declined" if payment.state == PaymentState.DECLINED else ""
