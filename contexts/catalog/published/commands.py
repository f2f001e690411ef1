"""What other contexts may ask of catalog for later."""

from uuid import UUID

from contexts.catalog.published.dto import StockLine
from messaging.declare import command


@command("catalog.reserve_stock.v1", key="order_id")
class ReserveStock:
    """
    Set stock aside for an order, all lines or none; answered by StockReserved or StockRejected.

    :param replaces: cancelled orders, whose stock is given back at the same moment, so that nobody else can take it.
    """

    order_id: UUID
    lines: list[StockLine]
    replaces: tuple[UUID, ...] = ()


@command("catalog.release_stock.v1", key="order_id")
class ReleaseStock:
    """Give back what is set aside for an order; one that arrives before its ReserveStock forestalls it."""

    order_id: UUID


@command("catalog.return_stock.v1", key="order_id")
class ReturnStock:
    """Put all lines of a confirmed order back on the shelf, once; it may arrive before its OrderConfirmed."""

    order_id: UUID
    lines: list[StockLine]
