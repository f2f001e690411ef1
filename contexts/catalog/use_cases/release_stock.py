"""Give back what was set aside for an order."""

from datetime import datetime
from uuid import UUID

from contexts.catalog.db import atomic
from contexts.catalog.models import Reservation, Stock
from contexts.catalog.published.dto import StockLine


def release_reservation(order_id: UUID, *, now: datetime) -> list[StockLine]:
    """
    Return what the order holds, which is to be released in the same transaction; it never will hold anything again.

    Its lines are in the order in which all lock the rows of the stock.
    """
    reservation = Reservation.get_or_tombstone(order_id, now=now)
    if reservation.state != Reservation.State.RESERVED:
        return []
    reservation.transition_to(Reservation.State.RELEASED)
    return reservation.stock_lines()


def release_stock(*, order_id: UUID, now: datetime) -> None:
    """Release the order's stock, if it holds any, and see to it that it never will again."""
    with atomic():
        for line in release_reservation(order_id, now=now):
            Stock.objects.release(line)
