"""Write down that the money is back with the buyer."""

from datetime import datetime
from uuid import UUID

from contexts.ordering.db import atomic
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.commands import SendRefundNotice
from contexts.ordering.domain.status import PaymentState
from contexts.ordering.models import Order
from contexts.ordering.published.events import OrderRefunded
from messaging.publishing import publish, send


class NotRefunded(RuntimeError):
    """Raised where the provider did not give money back that it had taken: a person must look."""


def record_refund(*, order_id: UUID, payment_id: UUID | None = None, charge: Charge, now: datetime) -> None:
    """
    Mark the payment as refunded, and let the buyer know, unless the order goes on with another payment.

    :raises NotRefunded: the provider's charge is in another state.
    """
    if charge.state != "refunded":
        raise NotRefunded(f"the payment of order {order_id} is {charge.state}")
    with atomic():
        order = Order.objects.locked(order_id)
        payment = order.attempt(payment_id)
        if payment.state == PaymentState.REFUNDED:
            return
        payment.transition_to(PaymentState.REFUNDED, now=now)
        if order.payment == payment:
            publish(OrderRefunded(order_id=order_id, number=order.number, amount=payment.money, refunded_at=now))
            send(SendRefundNotice(order_id=order_id))
