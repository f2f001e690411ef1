"""Reserve stock for an order."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from contexts.catalog.db import atomic, savepoint
from contexts.catalog.domain.reservation import ReservationState
from contexts.catalog.models import Reservation, Stock
from contexts.catalog.published.dto import StockLine
from contexts.catalog.published.events import StockRejected, StockReserved
from contexts.catalog.use_cases.release_stock import release_reservation
from messaging.publishing import publish


class OutOfStock(Exception):
    def __init__(self, sku: str) -> None:
        self.sku = sku


def reserve_stock(*, order_id: UUID, lines: list[StockLine], replaces: Iterable[UUID] = (), now: datetime) -> None:
    """
    Reserve all lines of the order or none, and publish the result; do nothing if the order has a reservation already.

    :param replaces: orders whose reservations are released in the same transaction; they can reserve nothing again.
    """
    with atomic():
        reservation = Reservation.begin(order_id, lines, now=now)
        if reservation is None:
            return
        held = [line for old in sorted(replaces) for line in release_reservation(old, now=now)]
        try:
            with savepoint():
                _exchange(held, lines)
        except OutOfStock as refused:
            _exchange(held, [])
            reservation.transition_to(ReservationState.REJECTED)
            publish(StockRejected(order_id=order_id, sku=refused.sku))
        else:
            publish(StockReserved(order_id=order_id))


def _exchange(held: list[StockLine], requested: list[StockLine]) -> None:
    """
    Release some lines and reserve others; of each SKU, release first.

    :raises OutOfStock: a requested line is not available.
    """
    changes = [*((line, False) for line in held), *((line, True) for line in requested)]
    # Sorted as everywhere, so that two orders that need the same rows cannot deadlock.
    for line, is_reservation in sorted(changes, key=lambda change: (change[0].sku, change[1])):
        if not is_reservation:
            Stock.objects.release(line)
        elif not Stock.objects.reserve(line):
            raise OutOfStock(line.sku)
