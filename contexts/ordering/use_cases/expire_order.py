"""Cancel an order that was not paid in time."""

from datetime import datetime
from uuid import UUID

from contexts.ordering.db import atomic
from contexts.ordering.domain.commands import CheckPaymentBeforeExpiry, ExpireOrder
from contexts.ordering.domain.status import MAY_HOLD_MONEY, CancelReason
from contexts.ordering.models import Order
from contexts.ordering.order_changes import cancel
from messaging.publishing import send


def expire_order(*, order_id: UUID, now: datetime) -> None:
    """
    Cancel the order if it is unpaid at its deadline; if the deadline was extended, send `ExpireOrder` again.

    If the provider may hold the money, it is asked first: the buyer may have approved a moment ago.
    """
    with atomic():
        order = Order.objects.locked(order_id)
        if not order.is_open:
            return
        if order.deadline_at > now:
            send(ExpireOrder(order_id=order_id), at=order.deadline_at)
        elif order.payment.state in MAY_HOLD_MONEY:
            send(CheckPaymentBeforeExpiry(order_id=order_id, payment_id=order.payment.pk))
        elif order.can_be_cancelled:
            cancel(order, CancelReason.NOT_PAID_IN_TIME, now=now)
