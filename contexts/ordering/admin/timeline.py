"""The history of an order, from its own times."""

from datetime import datetime

from contexts.ordering.domain.status import CancelReason, PaymentState
from contexts.ordering.models import Order

REASONS: dict[str, str] = {CancelReason.REFUNDED: "to be refunded"}  # it is not refunded yet at that moment
REFUND_REQUESTED = (PaymentState.REFUNDING, PaymentState.REFUNDED)


def timeline(order: Order) -> list[tuple[datetime, str]]:
    """Return the order's history as (when, what), the earliest first."""
    entries = [
        (order.placed_at, "Placed"),
        (order.confirmed_at, "Paid and confirmed"),
        (order.shipped_at, f"Shipped, tracking {order.tracking}" if order.tracking else "Shipped"),
        (order.delivered_at, "Delivered"),
        (order.cancelled_at, "Cancelled: " + REASONS.get(order.reason, order.reason.replace("_", " "))),
        (order.returned_at, "Returned"),
        *_refund(order),
    ]
    return sorted(((at, what) for at, what in entries if at is not None), key=lambda entry: entry[0])


def _refund(order: Order) -> list[tuple[datetime | None, str]]:
    payment = order.payment
    if payment.state not in REFUND_REQUESTED:
        return []
    # The order ended when its refund was requested.
    requested = (order.cancelled_at or order.returned_at, "Refund requested from the payment provider")
    refunded = (payment.changed_at, "Refunded") if payment.state == PaymentState.REFUNDED else (None, "")
    return [requested, refunded]
