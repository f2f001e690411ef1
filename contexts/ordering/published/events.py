"""What ordering tells everybody who listens."""

from datetime import datetime
from uuid import UUID

from building_blocks.money import Money
from contexts.ordering.published.dto import OrderedLine
from messaging.declare import event


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
    """
    The order is paid, and its goods are the customer's.

    :param coupon: the code that the order used, or "" for none; None in a message of a version that did not say.
    """

    order_id: UUID
    number: str
    basket_id: UUID
    lines: list[OrderedLine]
    confirmed_at: datetime
    coupon: str | None = None


@event("ordering.order_cancelled.v1", key="order_id")
class OrderCancelled:
    """
    The order came to nothing, for this reason; whatever was granted to it is on its way back.

    With the reason `refunded` it had been paid: its money is on its way back, but its coupon stays used.
    """

    order_id: UUID
    number: str
    reason: str
    cancelled_at: datetime


@event("ordering.order_shipped.v1", key="order_id")
class OrderShipped:
    """
    The goods have left the house.

    :param tracking: the carrier's number of the parcel, or "".
    """

    order_id: UUID
    number: str
    tracking: str
    shipped_at: datetime


@event("ordering.order_delivered.v1", key="order_id")
class OrderDelivered:
    """The goods have arrived."""

    order_id: UUID
    number: str
    delivered_at: datetime


@event("ordering.order_returned.v1", key="order_id")
class OrderReturned:
    """The order is taken back after it was shipped; its money is on its way back."""

    order_id: UUID
    number: str
    returned_at: datetime


@event("ordering.order_refunded.v1", key="order_id")
class OrderRefunded:
    """All of the money of a cancelled or returned order is back with the buyer."""

    order_id: UUID
    number: str
    amount: Money
    refunded_at: datetime
