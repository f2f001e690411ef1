"""Record that a neighbour refuses what an order needs."""

from datetime import datetime
from uuid import UUID

from contexts.ordering.db import atomic
from contexts.ordering.domain.status import CancelReason
from contexts.ordering.models import Order
from contexts.ordering.order_changes import cancel


def record_rejection(*, order_id: UUID, reason: CancelReason, now: datetime) -> None:
    """Cancel the order; do nothing if it is settled already."""
    with atomic():
        order = Order.objects.locked(order_id)
        if order.can_be_cancelled:
            cancel(order, reason, now=now)
