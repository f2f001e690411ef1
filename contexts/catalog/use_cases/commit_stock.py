"""Let the stock of a sold order leave the house."""

from datetime import datetime
from uuid import UUID

from contexts.catalog.db import atomic
from contexts.catalog.models import Reservation, Stock, StockMovement

State = Reservation.State
SOLD = StockMovement.Reason.SOLD


class NothingReserved(RuntimeError):
    """Raised where an order was confirmed that holds no stock: something is wrong, and a person must look."""


def commit_stock(*, order_id: UUID, now: datetime) -> None:
    """
    Take the order's stock off what is on hand, and write so into the ledger.

    Where the goods are back already, `return_stock` has done so before.

    :raises NothingReserved: the order has no stock set aside.
    """
    with atomic():
        reservation = Reservation.get_or_tombstone(order_id, now=now)
        if reservation.state == State.RETURNED:
            return
        if reservation.state != State.RESERVED:
            raise NothingReserved(f"order {order_id} holds no stock: {reservation.state}")
        lines = reservation.stock_lines()
        for line in lines:
            Stock.objects.commit(line)
        StockMovement.objects.bulk_create(
            StockMovement(stock_id=line.sku, delta=-line.quantity, reason=SOLD, order_id=order_id, at=now)
            for line in lines
        )
        reservation.transition_to(State.COMMITTED)
