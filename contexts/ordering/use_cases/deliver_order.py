"""Mark an order as delivered."""

from datetime import datetime
from uuid import UUID

from contexts.ordering.db import atomic
from contexts.ordering.models import Order
from contexts.ordering.published.events import OrderDelivered
from messaging.publishing import publish


def deliver_order(*, order_id: UUID, now: datetime) -> None:
    """
    Mark the order as delivered.

    :raises TransitionRefused: the order's status is not `shipped`.
    """
    with atomic():
        order = Order.objects.locked(order_id)
        order.deliver(now=now)
        publish(OrderDelivered(order_id=order_id, number=order.number, delivered_at=now))
