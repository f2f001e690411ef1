"""Pay an order by another card."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings

from contexts.ordering.db import atomic
from contexts.ordering.domain.status import TransitionRefused
from contexts.ordering.models import Order
from contexts.ordering.order_changes import abandon_payment, begin_payment
from web_api.idempotency.keys import IdempotencyKey, KeyAlreadyUsed


def pay_order_again(*, order_id: UUID, payment_token: str, key: IdempotencyKey, now: datetime) -> None:
    """
    Abandon the present attempt to pay, and begin another; do nothing if the same request has done so already.

    The order keeps its stock and coupon. It gets as much time as a new order, but no more than `MAX_TIME_UNPAID`.

    :param payment_token: the payment provider's token for the card.
    :raises KeyUsedForAnotherRequest: the key was used with another token before.
    :raises TransitionRefused: the order is settled, or its money may be taken already.
    """
    try:
        with atomic():
            payment_id = uuid4()
            key.claim(payment_id, now=now)
            order = Order.objects.locked(order_id)
            if not order.can_be_cancelled:
                raise TransitionRefused(
                    f"{order.number} takes no other payment: it is settled, or its money is being taken."
                )
            abandon_payment(order.payment, now=now)
            payment = order.pay_again(payment_id, payment_token=payment_token, now=now)
            order.extend_deadline(now + timedelta(seconds=settings.ORDER_DEADLINE))
            if order.is_ready_to_pay:
                begin_payment(payment, now=now)
    except KeyAlreadyUsed:
        return
