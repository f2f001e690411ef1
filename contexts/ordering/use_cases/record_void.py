"""Record the provider's answer to a void."""

from datetime import datetime

from contexts.ordering.db import atomic
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.commands import RefundPayment, VoidPayment
from contexts.ordering.domain.status import MAY_HOLD_MONEY, PaymentState
from contexts.ordering.models import Order
from messaging.publishing import send


class NotVoided(RuntimeError):
    """Raised if the provider did not release money that it had set aside: a person must look."""


def record_void(command: VoidPayment, charge: Charge, *, now: datetime) -> None:
    """
    Mark an abandoned payment as voided; refund it if the money was taken all the same.

    :raises NotVoided: the provider still holds the money.
    """
    if charge.state in ("authorised", "action_required"):
        raise NotVoided(f"the payment of order {command.order_id} is {charge.state}")
    with atomic():
        payment = Order.objects.locked(command.order_id).attempt(command.payment_id)
        if payment.state in MAY_HOLD_MONEY:  # the message was sent by a version that had no state `voiding`
            payment.transition_to(PaymentState.VOIDING, now=now)
        if payment.state != PaymentState.VOIDING:
            return
        if charge.state == "captured":
            payment.transition_to(PaymentState.REFUNDING, now=now)
            send(RefundPayment(order_id=payment.order_id, payment_id=payment.pk))
        else:
            payment.transition_to(PaymentState.REFUNDED if charge.state == "refunded" else PaymentState.VOIDED, now=now)
