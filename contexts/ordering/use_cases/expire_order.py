"""Give an order up that nobody has paid."""

from datetime import datetime
from uuid import UUID

from building_blocks.messaging.publishing import send
from contexts.ordering.db import atomic
from contexts.ordering.domain.status import CancelReason
from contexts.ordering.domain.steps import ExpireOrder
from contexts.ordering.models import Order
from contexts.ordering.use_cases.cancel_order import cancel_order


def expire_order(*, order_id: UUID, now: datetime) -> None:
    """Cancel the order if its time is over; ask again at its deadline if it has got more."""
    with atomic():
        order = Order.objects.locked(order_id)
        if order.is_open and order.deadline_at > now:
            send(ExpireOrder(order_id=order_id), at=order.deadline_at)
        else:
            cancel_order(order_id=order_id, reason=CancelReason.NOT_PAID_IN_TIME, now=now)
