"""Pay an order by another card than the one that was tried."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings

from contexts.ordering.db import atomic
from contexts.ordering.domain.status import CANCELLABLE, TransitionRefused
from contexts.ordering.models import Order
from contexts.ordering.use_cases.abandon_payment import abandon_payment
from contexts.ordering.use_cases.begin_payment import begin_payment
from web_api.idempotency.keys import IdempotencyKey, KeyAlreadyUsed


def pay_order_again(*, order_id: UUID, payment_token: str, key: IdempotencyKey, now: datetime) -> None:
    """
    Give up the attempt that is under way, and begin another; do nothing if the same request has done so already.

    The order keeps its stock and coupon meanwhile, and has as much time as a new one, within limits.

    :param payment_token: stands for the card at the payment provider.
    :raises KeyUsedForAnotherRequest: the key came with another token before.
    :raises TransitionRefused: the order is settled, or its money may be taken already.
    """
    try:
        with atomic():
            payment_id = uuid4()
            key.claim(payment_id, now=now)
            order = Order.objects.locked(order_id)
            if not order.is_open or order.payment.state not in CANCELLABLE:
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
