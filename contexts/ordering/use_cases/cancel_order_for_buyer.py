"""Cancel an order because its buyer asks for it."""

from datetime import datetime
from uuid import UUID, uuid4

from contexts.ordering.db import atomic
from contexts.ordering.domain.status import CancelReason, TransitionRefused
from contexts.ordering.models import Order
from contexts.ordering.use_cases.cancel_order import cancel_order
from web_api.idempotency.keys import IdempotencyKey, KeyAlreadyUsed


def cancel_order_for_buyer(*, order_id: UUID, key: IdempotencyKey, now: datetime) -> None:
    """
    Cancel the unpaid order; do nothing if the same request has done so already.

    :raises TransitionRefused: the order is settled, or its money may be taken already.
    """
    try:
        with atomic():
            key.claim(uuid4(), now=now)
            if not cancel_order(order_id=order_id, reason=CancelReason.CANCELLED_BY_BUYER, now=now):
                number = Order.objects.get(pk=order_id).number
                raise TransitionRefused(
                    f"{number} can no longer be cancelled: it is settled, or its money is being taken."
                )
    except KeyAlreadyUsed:
        return
