"""Write down whether the provider has let go of the money."""

from datetime import datetime
from uuid import UUID

from contexts.ordering.db import atomic
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.commands import RefundPayment
from contexts.ordering.domain.status import MAY_HOLD_MONEY, PaymentState
from contexts.ordering.models import Order
from messaging.publishing import send


class NotVoided(RuntimeError):
    """Raised where the provider did not let go of money that it had set aside: a person must look."""


def record_void(*, order_id: UUID, payment_id: UUID | None = None, charge: Charge, now: datetime) -> None:
    """
    Mark an attempt that was given up as voided; have its money given back, if it was taken in spite of that.

    :raises NotVoided: the provider still holds the money.
    """
    if charge.state in ("authorised", "action_required"):
        raise NotVoided(f"the payment of order {order_id} is {charge.state}")
    with atomic():
        payment = Order.objects.locked(order_id).attempt(payment_id)
        if payment.state in MAY_HOLD_MONEY:  # as the void was sent before there was a state for it
            payment.transition_to(PaymentState.VOIDING, now=now)
        if payment.state != PaymentState.VOIDING:
            return
        if charge.state == "captured":
            payment.transition_to(PaymentState.REFUNDING, now=now)
            send(RefundPayment(order_id=order_id, payment_id=payment.pk))
        else:
            payment.transition_to(PaymentState.REFUNDED if charge.state == "refunded" else PaymentState.VOIDED, now=now)
