"""Write down whether the money is taken."""

from datetime import datetime
from uuid import UUID

from contexts.ordering import waiting
from contexts.ordering.db import atomic, on_commit
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.commands import RefundPayment, SendCancellationNotice, SendConfirmation
from contexts.ordering.domain.status import MONEY_TAKEN, CancelReason, PaymentState
from contexts.ordering.models import Order, Payment
from contexts.ordering.published.dto import OrderedLine
from contexts.ordering.published.events import OrderConfirmed
from contexts.ordering.use_cases.cancel_order import cancel_order
from messaging.publishing import publish, send


class NotCaptured(RuntimeError):
    """Raised where the provider did not take money that it had set aside: a person must look."""


def record_capture(*, order_id: UUID, payment_id: UUID | None = None, charge: Charge, now: datetime) -> None:
    """
    Confirm the order, now that it is paid; or cancel it, if the provider says that it never will be.

    :raises NotCaptured: the provider's charge is in another state.
    """
    if charge.state not in ("captured", "declined", "voided", "refunded"):
        raise NotCaptured(f"the payment of order {order_id} is {charge.state}")
    with atomic():
        order = Order.objects.locked(order_id)
        payment = order.attempt(payment_id)
        if charge.state == "captured":
            _record_taken(order, payment, now=now)
        elif payment.state == PaymentState.CAPTURING:
            payment.transition_to(PaymentState.DECLINED, now=now, decline_reason=charge.decline_reason or charge.state)
            if cancel_order(order_id=order_id, reason=CancelReason.PAYMENT_DECLINED, now=now):
                send(SendCancellationNotice(order_id=order_id))  # the buyer has left by now, and counts on the goods


def _record_taken(order: Order, payment: Payment, *, now: datetime) -> None:
    if payment.state in MONEY_TAKEN:
        return  # this is no news
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
    on_commit(lambda: waiting.notify_waiters(order.pk))
