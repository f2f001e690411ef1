"""Begin an attempt to pay."""

from datetime import datetime

from contexts.ordering.domain.commands import AuthorisePayment
from contexts.ordering.domain.status import PaymentState
from contexts.ordering.models import Payment
from messaging.publishing import send


def begin_payment(payment: Payment, *, now: datetime) -> None:
    """Have the provider set the money aside; needs the order's lock, and all that the order asked for granted."""
    payment.transition_to(PaymentState.AUTHORISING, now=now)
    send(AuthorisePayment(order_id=payment.order_id, payment_id=payment.pk))
