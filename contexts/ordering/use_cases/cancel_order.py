"""Cancel an order, and take back what was granted to it."""

from datetime import datetime
from uuid import UUID

from contexts.basket.published.commands import ReleaseCoupon
from contexts.catalog.published.commands import ReleaseStock
from contexts.ordering import waiting
from contexts.ordering.db import atomic, on_commit
from contexts.ordering.domain.status import CancelReason
from contexts.ordering.models import Order
from contexts.ordering.published.events import OrderCancelled
from contexts.ordering.use_cases.abandon_payment import abandon_payment
from messaging.publishing import publish, send


def cancel_order(*, order_id: UUID, reason: CancelReason, now: datetime) -> bool:
    """
    Cancel the order and return True, unless it is settled or its money may be taken already.

    What was asked for is given back even where no answer has come yet: a release that overtakes its request
    forestalls it.
    """
    with atomic():
        order = Order.objects.locked(order_id)
        if not order.cancel(reason, now=now):
            return False
        send(ReleaseStock(order_id=order_id))
        if order.coupon:
            send(ReleaseCoupon(order_id=order_id))
        abandon_payment(order.payment, now=now)
        publish(OrderCancelled(order_id=order_id, number=order.number, reason=reason, cancelled_at=now))
        on_commit(lambda: waiting.notify_waiters(order_id))
    return True
