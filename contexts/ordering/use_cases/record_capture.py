"""Record the provider's answer to a capture."""

from datetime import datetime

from contexts.ordering.db import atomic
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.commands import CapturePayment, RefundPayment, SendCancellationNotice, SendConfirmation
from contexts.ordering.domain.status import MONEY_TAKEN, CancelReason, PaymentState
from contexts.ordering.models import Order, Payment
from contexts.ordering.order_changes import cancel
from contexts.ordering.published.dto import OrderedLine
from contexts.ordering.published.events import OrderConfirmed
from messaging.publishing import publish, send


class NotCaptured(RuntimeError):
    """Raised if the provider did not take the money that it had set aside: a person must look."""


def record_capture(command: CapturePayment, charge: Charge, *, now: datetime) -> None:
    """
    Confirm the order if it is paid; cancel it if the provider declines.

    :raises NotCaptured: the provider's charge is in another state.
    """
    if charge.state not in ("captured", "declined", "voided", "refunded"):
        raise NotCaptured(f"the payment of order {command.order_id} is {charge.state}")
    with atomic():
        order = Order.objects.locked(command.order_id)
        payment = order.attempt(command.payment_id)
        if charge.state == "captured":
            _record_captured(order, payment, now=now)
        elif payment.state == PaymentState.CAPTURING:
            payment.transition_to(PaymentState.DECLINED, now=now, decline_reason=charge.decline_reason or charge.state)
            if order.can_be_cancelled:
                cancel(order, CancelReason.PAYMENT_DECLINED, now=now)
                send(SendCancellationNotice(order_id=order.pk))  # the buyer has left the shop, and expects the goods


def _record_captured(order: Order, payment: Payment, *, now: datetime) -> None:
    if payment.state in MONEY_TAKEN:
        return  # this is known already
    if not order.is_open:
        payment.transition_to(PaymentState.REFUNDING, now=now)
        send(RefundPayment(order_id=order.pk, payment_id=payment.pk))
        return
    payment.transition_to(PaymentState.CAPTURED, now=now)
    _confirm(order, now=now)


def _confirm(order: Order, *, now: datetime) -> None:
    order.confirm(now=now)
    lines = [OrderedLine(sku=line.sku, quantity=line.quantity) for line in order.lines.all()]
    publish(
        OrderConfirmed(
            order_id=order.pk,
            number=order.number,
            basket_id=order.basket_id,
            lines=lines,
            confirmed_at=now,
            coupon=order.coupon,
        )
    )
    send(SendConfirmation(order_id=order.pk))
