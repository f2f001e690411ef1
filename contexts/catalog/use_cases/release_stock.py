"""Give back what was set aside for an order."""

from datetime import datetime
from uuid import UUID

from contexts.catalog.db import atomic
from contexts.catalog.models import Reservation, Stock


def release_stock(*, order_id: UUID, now: datetime) -> None:
    """Release the order's stock, if it holds any, and see to it that it never will again."""
    with atomic():
        for line in Reservation.of(order_id, now=now).let_go():
            Stock.objects.release(line)
