"""Ship an order."""

from datetime import datetime
from uuid import UUID

from contexts.ordering.db import atomic
from contexts.ordering.domain.commands import SendShippingNotice
from contexts.ordering.models import Order
from contexts.ordering.published.events import OrderShipped
from messaging.publishing import publish, send


def ship_order(*, order_id: UUID, tracking: str = "", now: datetime) -> None:
    """
    Mark the order as shipped, and send the buyer an e-mail.

    :param tracking: the parcel carrier's number, at most 100 characters.
    :raises TransitionRefused: the order's status is not `confirmed`.
    """
    with atomic():
        order = Order.objects.locked(order_id)
        order.ship(tracking=tracking, now=now)
        publish(OrderShipped(order_id=order_id, number=order.number, tracking=tracking, shipped_at=now))
        send(SendShippingNotice(order_id=order_id))
