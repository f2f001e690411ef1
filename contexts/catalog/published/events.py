"""The events that catalog publishes."""

from uuid import UUID

from messaging.declare import event


@event("catalog.stock_reserved.v1", key="order_id")
class StockReserved:
    """All lines of the order are reserved, until they are committed or released."""

    order_id: UUID


@event("catalog.stock_rejected.v1", key="order_id")
class StockRejected:
    """No line of the order is reserved, since this SKU has too few pieces available or is not on sale."""

    order_id: UUID
    sku: str
