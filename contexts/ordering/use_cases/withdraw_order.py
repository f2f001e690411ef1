"""Cancel an order because its buyer asks for it."""

from datetime import datetime
from uuid import UUID, uuid4

from building_blocks.idempotency.keys import IdempotencyKey, KeyAlreadyUsed
from contexts.ordering.db import atomic
from contexts.ordering.domain.status import CancelReason, StepRefused
from contexts.ordering.models import Order
from contexts.ordering.use_cases.cancel_order import cancel_order


def withdraw_order(*, order_id: UUID, key: IdempotencyKey, now: datetime) -> None:
    """
    Cancel the unpaid order; do nothing if the same request has done so already.

    :raises StepRefused: the order is settled, or its money may be taken already.
    """
    try:
        with atomic():
            key.claim(uuid4(), now=now)
            if not cancel_order(order_id=order_id, reason=CancelReason.CANCELLED_BY_BUYER, now=now):
                number = Order.objects.get(pk=order_id).number
                raise StepRefused(f"{number} can no longer be cancelled: it is settled, or its money is being taken.")
    except KeyAlreadyUsed:
        return
