"""Cancel an order because its buyer asks for it."""

from datetime import datetime
from uuid import UUID, uuid4

from contexts.ordering.db import atomic
from contexts.ordering.domain.status import CancelReason
from contexts.ordering.models import Order
from contexts.ordering.order_changes import cancel
from web_api.idempotency.keys import IdempotencyKey, KeyAlreadyUsed


def cancel_order_for_buyer(*, order_id: UUID, key: IdempotencyKey, now: datetime) -> None:
    """
    Cancel the unpaid order; do nothing if the same request has cancelled it already.

    :raises TransitionRefused: the order is settled, or its money may be taken already.
    """
    try:
        with atomic():
            key.claim(uuid4(), now=now)
            cancel(Order.objects.locked(order_id), CancelReason.CANCELLED_BY_BUYER, now=now)
    except KeyAlreadyUsed:
        return
