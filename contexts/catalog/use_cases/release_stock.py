"""End the reservation of an order."""

from datetime import datetime
from uuid import UUID

from contexts.catalog.db import atomic
from contexts.catalog.domain.reservation import ReservationState
from contexts.catalog.models import Reservation, Stock
from contexts.catalog.published.dto import StockLine


def release_reservation(order_id: UUID, *, now: datetime) -> list[StockLine]:
    """
    Mark the order's reservation as released, and return the lines that the caller must release on the stock.

    The order can reserve nothing afterwards. The lines are sorted by SKU, as stock rows are locked everywhere.
    """
    reservation = Reservation.get_or_create_released(order_id, now=now)
    if reservation.state != ReservationState.RESERVED:
        return []
    reservation.transition_to(ReservationState.RELEASED)
    return reservation.stock_lines()


def release_stock(*, order_id: UUID, now: datetime) -> None:
    """Release the stock that is reserved for the order, if any; the order can reserve none afterwards."""
    with atomic():
        for line in release_reservation(order_id, now=now):
            Stock.objects.release(line)
