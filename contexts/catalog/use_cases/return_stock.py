"""Put the goods of a refunded order back on hand."""

from datetime import datetime
from uuid import UUID

from contexts.catalog.db import atomic
from contexts.catalog.domain.reservation import ReservationState
from contexts.catalog.models import Reservation
from contexts.catalog.published.dto import StockLine


def return_stock(*, order_id: UUID, lines: list[StockLine], now: datetime) -> None:
    """
    Put all lines of the order back on hand, once, and record the return in the ledger.

    If the order is confirmed but `OrderConfirmed` has not arrived yet, commit its stock first. If catalog has no
    reservation of the order, the order was sold before catalog recorded orders; return its goods as any others.

    :raises InvalidTransition: the order's stock was rejected or released.
    """
    with atomic():
        Reservation.begin(order_id, lines, state=ReservationState.COMMITTED, now=now)
        reservation = Reservation.get_or_create_released(order_id, now=now)
        if reservation.state == ReservationState.RETURNED:
            return
        if reservation.state == ReservationState.RESERVED:
            reservation.commit(now=now)
        reservation.put_back(now=now)
