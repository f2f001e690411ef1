"""What ordering tells everybody who listens."""

from datetime import datetime
from uuid import UUID

from building_blocks.messaging.declare import event
from building_blocks.money import Money
from contexts.ordering.published.dto import OrderedLine


@event("ordering.order_placed.v1", key="order_id")
class OrderPlaced:
    """Somebody wants to buy; stock, coupon and payment are still to be granted."""

    order_id: UUID
    number: str
    customer_id: UUID | None
    total: Money
    placed_at: datetime


@event("ordering.order_confirmed.v1", key="order_id")
class OrderConfirmed:
    """The order is paid, and its goods are the customer's."""

    order_id: UUID
    number: str
    basket_id: UUID
    lines: list[OrderedLine]
    confirmed_at: datetime


@event("ordering.order_cancelled.v1", key="order_id")
class OrderCancelled:
    """The order came to nothing, for this reason; whatever was granted to it is on its way back."""

    order_id: UUID
    number: str
    reason: str
    cancelled_at: datetime
