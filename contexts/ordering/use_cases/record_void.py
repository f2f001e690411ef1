"""Write down that the provider has let go of the money."""

from datetime import datetime
from uuid import UUID

from contexts.ordering.db import atomic
from contexts.ordering.domain.status import PaymentState
from contexts.ordering.models import Order


def record_void(*, order_id: UUID, now: datetime) -> None:
    """Mark the payment of a cancelled order as voided."""
    with atomic():
        Order.objects.locked(order_id).payment.become(PaymentState.VOIDED, now=now)
