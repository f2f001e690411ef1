"""Set stock aside for an order."""

from datetime import datetime
from uuid import UUID

from building_blocks.messaging.publishing import publish
from contexts.catalog.db import atomic, attempt
from contexts.catalog.models import Reservation, Stock
from contexts.catalog.published.dto import StockLine
from contexts.catalog.published.events import StockRejected, StockReserved


class OutOfStock(Exception):
    def __init__(self, sku: str) -> None:
        self.sku = sku


def reserve_stock(*, order_id: UUID, lines: list[StockLine], now: datetime) -> None:
    """Reserve all lines of the order or none, and say which; do nothing where the order is known already."""
    with atomic():
        reservation = Reservation.open_for(order_id, lines, now=now)
        if reservation is None:
            return
        try:
            with attempt():
                _reserve(lines)
        except OutOfStock as refused:
            reservation.become(Reservation.State.REJECTED)
            publish(StockRejected(order_id=order_id, sku=refused.sku))
        else:
            publish(StockReserved(order_id=order_id))


def _reserve(lines: list[StockLine]) -> None:
    # Sorted, as everywhere: two orders that want the same rows then never wait for each other in a circle.
    for line in sorted(lines, key=lambda line: line.sku):
        if not Stock.objects.reserve(line):
            raise OutOfStock(line.sku)
