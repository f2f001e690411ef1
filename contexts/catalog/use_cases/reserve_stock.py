"""Set stock aside for an order."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from building_blocks.messaging.publishing import publish
from contexts.catalog.db import atomic, attempt
from contexts.catalog.models import Reservation, Stock
from contexts.catalog.published.dto import StockLine
from contexts.catalog.published.events import StockRejected, StockReserved
from contexts.catalog.use_cases.release_stock import let_go


class OutOfStock(Exception):
    def __init__(self, sku: str) -> None:
        self.sku = sku


def reserve_stock(*, order_id: UUID, lines: list[StockLine], replaces: Iterable[UUID] = (), now: datetime) -> None:
    """
    Reserve all lines of the order or none, and say which; do nothing where the order is known already.

    :param replaces: orders whose stock is given back with this, and never reserved again.
    """
    with atomic():
        reservation = Reservation.open_for(order_id, lines, now=now)
        if reservation is None:
            return
        held = [line for old in sorted(replaces) for line in let_go(old, now=now)]
        try:
            with attempt():
                _exchange(held, lines)
        except OutOfStock as refused:
            _exchange(held, [])
            reservation.become(Reservation.State.REJECTED)
            publish(StockRejected(order_id=order_id, sku=refused.sku))
        else:
            publish(StockReserved(order_id=order_id))


def _exchange(held: list[StockLine], wanted: list[StockLine]) -> None:
    """
    Release some lines and reserve others, each SKU's release before its reservation.

    :raises OutOfStock: one of them is not there.
    """
    steps = [*((line, False) for line in held), *((line, True) for line in wanted)]
    # Sorted, as everywhere: two orders that want the same rows then never wait for each other in a circle.
    for line, is_wanted in sorted(steps, key=lambda step: (step[0].sku, step[1])):
        if not is_wanted:
            Stock.objects.release(line)
        elif not Stock.objects.reserve(line):
            raise OutOfStock(line.sku)
