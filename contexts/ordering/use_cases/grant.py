"""Note that an order has got what it asked a neighbour for."""

from datetime import datetime
from uuid import UUID

from building_blocks.messaging.publishing import send
from contexts.ordering.db import atomic
from contexts.ordering.domain.status import PaymentState
from contexts.ordering.domain.steps import AuthorisePayment
from contexts.ordering.models import Order


def grant(*, order_id: UUID, stock: bool = False, coupon: bool = False, now: datetime) -> None:
    """Note the stock or coupon as granted, and begin the payment once nothing else is waited for."""
    with atomic():
        order = Order.objects.locked(order_id)
        if order.grant(stock=stock, coupon=coupon):
            order.payment.become(PaymentState.AUTHORISING, now=now)
            send(AuthorisePayment(order_id=order_id))
