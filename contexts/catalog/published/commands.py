"""The commands that other contexts may send to catalog."""

from uuid import UUID

from contexts.catalog.published.dto import StockLine
from messaging.declare import command


@command("catalog.reserve_stock.v1", key="order_id")
class ReserveStock:
    """
    Reserve stock for an order, all lines or none; catalog answers with StockReserved or StockRejected.

    :param replaces: cancelled orders, whose stock is released in the same transaction, so that no other order gets it.
    """

    order_id: UUID
    lines: list[StockLine]
    replaces: tuple[UUID, ...] = ()


@command("catalog.release_stock.v1", key="order_id")
class ReleaseStock:
    """Release the stock that is reserved for an order; if it arrives first, the later ReserveStock has no effect."""

    order_id: UUID


@command("catalog.return_stock.v1", key="order_id")
class ReturnStock:
    """Put all lines of a confirmed order back on hand, once; it may arrive before OrderConfirmed."""

    order_id: UUID
    lines: list[StockLine]
