"""
Transitions of an order and its payment that several use cases make, each with the messages that belong to it.

Each function needs the order's lock, and is called inside the transaction of the use case.
"""

from datetime import datetime

from contexts.basket.published.commands import ReleaseCoupon
from contexts.catalog.published.commands import ReleaseStock
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.commands import AuthorisePayment, CapturePayment, SendCancellationNotice, VoidPayment
from contexts.ordering.domain.status import MAY_HOLD_MONEY, REASONS_TO_NOTIFY_BUYER, CancelReason, PaymentState
from contexts.ordering.models import Order, Payment
from contexts.ordering.published.events import OrderCancelled
from messaging.publishing import publish, send


def begin_payment(payment: Payment, *, now: datetime) -> None:
    """Ask the provider to set the money aside; stock and coupon must be granted."""
    payment.transition_to(PaymentState.AUTHORISING, now=now)
    send(AuthorisePayment(order_id=payment.order_id, payment_id=payment.pk))


def abandon_payment(payment: Payment, *, now: datetime) -> None:
    """
    Ask the provider to release the money that it has set aside; do nothing if the payment is declined.

    The void is sent even if the authorisation is still unanswered: if it arrives first, the authorisation has no
    effect.
    """
    if payment.state in MAY_HOLD_MONEY:
        payment.transition_to(PaymentState.VOIDING, now=now)
        send(VoidPayment(order_id=payment.order_id, payment_id=payment.pk))
    elif payment.state == PaymentState.WAITING:
        payment.transition_to(PaymentState.VOIDED, now=now)  # the provider was never asked


def capture_or_cancel(order: Order, payment: Payment, charge: Charge, *, now: datetime) -> None:
    """
    Capture a payment that the provider has authorised; cancel the order if it was declined.

    :param payment: in a state of `MAY_HOLD_MONEY`.
    :param charge: in any state but `action_required`.
    """
    if charge.state in ("authorised", "captured"):  # a capture without a request is recorded like any other
        payment.transition_to(PaymentState.CAPTURING, now=now)
        send(CapturePayment(order_id=order.pk, payment_id=payment.pk))
    else:  # declined, voided or refunded: the provider holds no money
        payment.transition_to(PaymentState.DECLINED, now=now, decline_reason=charge.decline_reason or charge.state)
        cancel(order, CancelReason.PAYMENT_DECLINED, now=now)


def cancel(order: Order, reason: CancelReason, *, now: datetime) -> None:
    """
    Cancel the order, and give back its stock, its coupon and its money.

    Stock and coupon are released even if their requests are still unanswered: if the release arrives first, the
    request has no effect.

    :raises TransitionRefused: the order is settled, or its money may be taken already.
    """
    order.cancel(reason, now=now)
    send(ReleaseStock(order_id=order.pk))
    if order.coupon:
        send(ReleaseCoupon(order_id=order.pk))
    abandon_payment(order.payment, now=now)
    publish(OrderCancelled(order_id=order.pk, number=order.number, reason=reason, cancelled_at=now))
    if reason in REASONS_TO_NOTIFY_BUYER:
        send(SendCancellationNotice(order_id=order.pk))
