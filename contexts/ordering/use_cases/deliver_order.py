"""Note that the goods of an order have arrived."""

from datetime import datetime
from uuid import UUID

from building_blocks.messaging.publishing import publish
from contexts.ordering.db import atomic
from contexts.ordering.models import Order
from contexts.ordering.published.events import OrderDelivered


def deliver_order(*, order_id: UUID, now: datetime) -> None:
    """
    Mark the order as delivered.

    :raises StepRefused: the order is not shipped, or no longer.
    """
    with atomic():
        order = Order.objects.locked(order_id)
        order.deliver(now=now)
        publish(OrderDelivered(order_id=order_id, number=order.number, delivered_at=now))
