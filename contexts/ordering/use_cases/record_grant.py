"""Record that a neighbour has granted what an order needs."""

from datetime import datetime
from uuid import UUID

from contexts.ordering.db import atomic
from contexts.ordering.models import Order
from contexts.ordering.order_changes import begin_payment


def record_grant(*, order_id: UUID, stock: bool = False, coupon: bool = False, now: datetime) -> None:
    """Record the stock or coupon as granted, and begin the payment once both are."""
    with atomic():
        order = Order.objects.locked(order_id)
        if order.record_grant(stock=stock, coupon=coupon):
            begin_payment(order.payment, now=now)
