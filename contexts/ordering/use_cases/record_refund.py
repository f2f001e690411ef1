"""Record the provider's answer to a refund."""

from datetime import datetime

from contexts.ordering.db import atomic
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.commands import RefundPayment, SendRefundNotice
from contexts.ordering.domain.status import PaymentState
from contexts.ordering.models import Order
from contexts.ordering.published.events import OrderRefunded
from messaging.publishing import publish, send


class NotRefunded(RuntimeError):
    """Raised if the provider did not give back money that it had taken: a person must look."""


def record_refund(command: RefundPayment, charge: Charge, *, now: datetime) -> None:
    """
    Mark the payment as refunded, and send the buyer an e-mail, unless the order goes on with another payment.

    :raises NotRefunded: the provider's charge is in another state.
    """
    if charge.state != "refunded":
        raise NotRefunded(f"the payment of order {command.order_id} is {charge.state}")
    with atomic():
        order = Order.objects.locked(command.order_id)
        payment = order.attempt(command.payment_id)
        if payment.state == PaymentState.REFUNDED:
            return
        payment.transition_to(PaymentState.REFUNDED, now=now)
        if order.payment == payment:
            publish(OrderRefunded(order_id=order.pk, number=order.number, amount=payment.money, refunded_at=now))
            send(SendRefundNotice(order_id=order.pk))
