"""Take the stock of a confirmed order off the stock on hand."""

from datetime import datetime
from uuid import UUID

from contexts.catalog.db import atomic
from contexts.catalog.domain.reservation import ReservationState
from contexts.catalog.models import Reservation


def commit_stock(*, order_id: UUID, now: datetime) -> None:
    """
    Take the pieces that are reserved for the order off the stock, and record the sale in the ledger.

    If the goods were returned already, `return_stock` has done this before.

    :raises InvalidTransition: the order has no stock reserved.
    """
    with atomic():
        reservation = Reservation.get_or_create_released(order_id, now=now)
        if reservation.state == ReservationState.RETURNED:
            return
        reservation.commit(now=now)
