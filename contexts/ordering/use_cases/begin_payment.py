"""Begin an attempt to pay."""

from datetime import datetime

from building_blocks.messaging.publishing import send
from contexts.ordering.domain.status import PaymentState
from contexts.ordering.domain.steps import AuthorisePayment
from contexts.ordering.models import Payment


def begin_payment(payment: Payment, *, now: datetime) -> None:
    """Have the provider set the money aside; needs the order's lock, and all that the order asked for granted."""
    payment.become(PaymentState.AUTHORISING, now=now)
    send(AuthorisePayment(order_id=payment.order_id, payment_id=payment.pk))
