"""Set stock aside for an order."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from contexts.catalog.db import atomic, savepoint
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
    Reserve all lines of the order or none, and say which; do nothing where the order is known already.

    :param replaces: orders whose stock is given back with this, and never reserved again.
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
            reservation.transition_to(Reservation.State.REJECTED)
            publish(StockRejected(order_id=order_id, sku=refused.sku))
        else:
            publish(StockReserved(order_id=order_id))


def _exchange(held: list[StockLine], requested: list[StockLine]) -> None:
    """
    Release some lines and reserve others, each SKU's release before its reservation.

    :raises OutOfStock: one of them is not there.
    """
    changes = [*((line, False) for line in held), *((line, True) for line in requested)]
    # Sorted, as everywhere: two orders that want the same rows then never wait for each other in a circle.
    for line, is_reservation in sorted(changes, key=lambda change: (change[0].sku, change[1])):
        if not is_reservation:
            Stock.objects.release(line)
        elif not Stock.objects.reserve(line):
            raise OutOfStock(line.sku)
