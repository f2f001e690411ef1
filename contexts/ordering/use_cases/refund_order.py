"""Refund an order, and end it."""

from datetime import datetime
from uuid import UUID

from contexts.catalog.published.commands import ReturnStock
from contexts.catalog.published.dto import StockLine
from contexts.ordering.db import atomic
from contexts.ordering.domain.commands import RefundPayment
from contexts.ordering.domain.status import OrderStatus
from contexts.ordering.models import Order
from contexts.ordering.published.events import OrderCancelled, OrderReturned
from messaging.publishing import publish, send


def refund_order(*, order_id: UUID, restock: bool, now: datetime) -> None:
    """
    Ask the provider to refund the order. It is cancelled if it was not shipped, and returned if it was.

    The coupon stays used.

    :param restock: whether the goods are on the shelf and may be sold again.
    :raises TransitionRefused: the order is not paid, or its refund was asked for already.
    """
    with atomic():
        order = Order.objects.locked(order_id)
        order.refund(now=now)
        send(RefundPayment(order_id=order_id, payment_id=order.payment.pk))
        if restock:
            lines = [StockLine(sku=line.sku, quantity=line.quantity) for line in order.lines.all()]
            send(ReturnStock(order_id=order_id, lines=lines))
        publish(_end_event(order, now=now))


def _end_event(order: Order, *, now: datetime) -> OrderCancelled | OrderReturned:
    if order.status == OrderStatus.CANCELLED:
        return OrderCancelled(order_id=order.pk, number=order.number, reason=order.reason, cancelled_at=now)
    return OrderReturned(order_id=order.pk, number=order.number, returned_at=now)
