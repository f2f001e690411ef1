"""Let the stock of a sold order leave the house."""

from datetime import datetime
from uuid import UUID

from contexts.catalog.db import atomic
from contexts.catalog.models import Reservation, Stock


class NothingReserved(RuntimeError):
    """Raised where an order was confirmed that holds no stock: something is wrong, and a person must look."""


def commit_stock(*, order_id: UUID, now: datetime) -> None:
    """
    Take the order's stock off what is on hand.

    :raises NothingReserved: the order has no stock set aside.
    """
    with atomic():
        reservation = Reservation.of(order_id, now=now)
        if reservation.state != Reservation.State.RESERVED:
            raise NothingReserved(f"order {order_id} holds no stock: {reservation.state}")
        for line in reservation.stock_lines():
            Stock.objects.commit(line)
        reservation.become(Reservation.State.COMMITTED)
