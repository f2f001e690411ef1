"""Write down that the money is taken."""

from datetime import datetime
from uuid import UUID

from building_blocks.messaging.publishing import publish, send
from contexts.ordering.adapters import settled
from contexts.ordering.db import atomic, on_commit
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.status import PaymentState
from contexts.ordering.domain.steps import SendConfirmation
from contexts.ordering.models import Order
from contexts.ordering.published.dto import OrderedLine
from contexts.ordering.published.events import OrderConfirmed


class NotCaptured(RuntimeError):
    """Raised where the provider did not take money that it had set aside: a person must look."""


def record_capture(*, order_id: UUID, charge: Charge, now: datetime) -> None:
    """
    Confirm the order, now that it is paid.

    :raises NotCaptured: the provider's charge is in another state.
    """
    if charge.state != "captured":
        raise NotCaptured(f"the payment of order {order_id} is {charge.state}")
    with atomic():
        order = Order.objects.locked(order_id)
        order.payment.become(PaymentState.CAPTURED, now=now)
        order.confirm(now=now)
        lines = [OrderedLine(sku=line.sku, quantity=line.quantity) for line in order.lines.all()]
        publish(
            OrderConfirmed(
                order_id=order_id,
                number=order.number,
                basket_id=order.basket_id,
                lines=lines,
                confirmed_at=now,
                coupon=order.coupon,
            )
        )
        send(SendConfirmation(order_id=order_id))
        on_commit(lambda: settled.announce(order_id))
