"""Cancel an order because an operator asks for it."""

from datetime import datetime
from uuid import UUID

from contexts.ordering.db import atomic
from contexts.ordering.domain.status import CancelReason
from contexts.ordering.models import Order
from contexts.ordering.order_changes import cancel


def cancel_order(*, order_id: UUID, now: datetime) -> None:
    """
    Cancel the unpaid order.

    :raises TransitionRefused: the order is settled, or its money may be taken already.
    """
    with atomic():
        cancel(Order.objects.locked(order_id), CancelReason.CANCELLED_BY_SHOP, now=now)
