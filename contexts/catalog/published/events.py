"""What catalog tells everybody who listens."""

from uuid import UUID

from messaging.declare import event


@event("catalog.stock_reserved.v1", key="order_id")
class StockReserved:
    """All lines of the order are set aside, until they are committed or released."""

    order_id: UUID


@event("catalog.stock_rejected.v1", key="order_id")
class StockRejected:
    """Nothing is set aside for the order, since there are too few of this SKU."""

    order_id: UUID
    sku: str
