"""Give up an attempt to pay, so that no money is taken by it."""

from datetime import datetime

from contexts.ordering.domain.commands import VoidPayment
from contexts.ordering.domain.status import MAY_HOLD_MONEY, PaymentState
from contexts.ordering.models import Payment
from messaging.publishing import send


def abandon_payment(payment: Payment, *, now: datetime) -> None:
    """
    Have the provider let go of what it has set aside, or will; needs the order's lock, and a state that allows it.

    The void is sent even if no answer has come yet: one that overtakes its authorisation forestalls it.
    """
    if payment.state in MAY_HOLD_MONEY:
        payment.transition_to(PaymentState.VOIDING, now=now)
        send(VoidPayment(order_id=payment.order_id, payment_id=payment.pk))
    elif payment.state == PaymentState.WAITING:
        payment.transition_to(PaymentState.VOIDED, now=now)  # the provider was asked for nothing
