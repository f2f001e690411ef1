"""The events that ordering publishes."""

from datetime import datetime
from uuid import UUID

from building_blocks.money import Money
from contexts.ordering.published.dto import OrderedLine
from messaging.declare import event


@event("ordering.order_placed.v1", key="order_id")
class OrderPlaced:
    """An order is placed; stock, coupon and payment are not granted yet."""

    order_id: UUID
    number: str
    customer_id: UUID | None
    total: Money
    placed_at: datetime


@event("ordering.order_confirmed.v1", key="order_id")
class OrderConfirmed:
    """
    The order is paid, and its goods belong to the buyer.

    :param coupon: the code that the order used, or "" for none; None in a message of an older version.
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
    The order is cancelled, for this reason; stock, coupon and money that were granted to it are being released.

    With the reason `refunded` the order had been paid: the money is being given back, but the coupon stays used.
    """

    order_id: UUID
    number: str
    reason: str
    cancelled_at: datetime


@event("ordering.order_shipped.v1", key="order_id")
class OrderShipped:
    """
    The goods have left the warehouse.

    :param tracking: the parcel carrier's number, or "".
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
    """The order is taken back after it was shipped; the money is being given back."""

    order_id: UUID
    number: str
    returned_at: datetime


@event("ordering.order_refunded.v1", key="order_id")
class OrderRefunded:
    """The buyer has got back all money of a cancelled or returned order."""

    order_id: UUID
    number: str
    amount: Money
    refunded_at: datetime
