"""Put the goods of a sold order back on the shelf."""

from datetime import datetime
from uuid import UUID

from contexts.catalog.db import atomic
from contexts.catalog.models import Reservation, Stock, StockMovement
from contexts.catalog.published.dto import StockLine
from contexts.catalog.use_cases.commit_stock import commit_stock

State = Reservation.State
RETURNED = StockMovement.Reason.RETURNED


class NeverSold(RuntimeError):
    """Raised where goods of an order were to come back that never left: something is wrong, and a person must look."""


def return_stock(*, order_id: UUID, lines: list[StockLine], now: datetime) -> None:
    """
    Put all lines of the order back on hand, once, and write so into the ledger.

    An order that is confirmed, though catalog has not heard of it yet, is committed first. One that catalog does not
    know was sold before it kept books of orders; its goods come back like any other's.

    :raises NeverSold: the order's stock was rejected or released.
    """
    with atomic():
        Reservation.begin(order_id, lines, state=State.COMMITTED, now=now)
        reservation = Reservation.get_or_tombstone(order_id, now=now)
        if reservation.state == State.RETURNED:
            return
        if reservation.state == State.RESERVED:
            commit_stock(order_id=order_id, now=now)
        elif reservation.state != State.COMMITTED:
            raise NeverSold(f"the stock of order {order_id} is {reservation.state}")
        _put_back(reservation.stock_lines(), order_id, now=now)
        reservation.transition_to(State.RETURNED)


def _put_back(lines: list[StockLine], order_id: UUID, *, now: datetime) -> None:
    for line in lines:
        Stock.objects.change(line.sku, line.quantity)
    StockMovement.objects.bulk_create(
        StockMovement(stock_id=line.sku, delta=line.quantity, reason=RETURNED, order_id=order_id, at=now)
        for line in lines
    )
