"""Note that an order has got what it asked a neighbour for."""

from datetime import datetime
from uuid import UUID

from contexts.ordering.db import atomic
from contexts.ordering.models import Order
from contexts.ordering.use_cases.begin_payment import begin_payment


def record_reservation(*, order_id: UUID, stock: bool = False, coupon: bool = False, now: datetime) -> None:
    """Note the stock or coupon as granted, and begin the payment once nothing else is waited for."""
    with atomic():
        order = Order.objects.locked(order_id)
        if order.record_reservation(stock=stock, coupon=coupon):
            begin_payment(order.payment, now=now)
