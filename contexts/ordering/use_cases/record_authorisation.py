"""Write down what the provider said to an authorisation."""

from datetime import datetime, timedelta
from uuid import UUID

from contexts.ordering.db import atomic
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.commands import AuthorisePayment, CapturePayment
from contexts.ordering.domain.status import MAY_HOLD_MONEY, CancelReason, PaymentState
from contexts.ordering.models import Order, Payment
from contexts.ordering.use_cases.cancel_order import cancel_order
from messaging.publishing import send

APPROVAL_TIME = timedelta(hours=24)
MIN_POLL_INTERVAL = timedelta(seconds=5)


def record_authorisation(*, order_id: UUID, payment_id: UUID | None = None, charge: Charge, now: datetime) -> None:
    """Go on to capture, cancel the order, or wait for the customer; do nothing if the attempt is given up."""
    with atomic():
        order = Order.objects.locked(order_id)
        payment = order.attempt(payment_id)
        if not order.is_open or payment.state not in MAY_HOLD_MONEY:
            return
        if charge.state in ("authorised", "captured"):  # what is captured unasked is noted as every capture is
            payment.transition_to(PaymentState.CAPTURING, now=now)
            send(CapturePayment(order_id=order_id, payment_id=payment.pk))
        elif charge.state == "action_required":
            _wait_for_customer(order, payment, charge, now=now)
        else:  # declined, or let go of at the provider: there is no money in it
            payment.transition_to(PaymentState.DECLINED, now=now, decline_reason=charge.decline_reason or charge.state)
            cancel_order(order_id=order_id, reason=CancelReason.PAYMENT_DECLINED, now=now)


def _wait_for_customer(order: Order, payment: Payment, charge: Charge, *, now: datetime) -> None:
    if payment.state != PaymentState.ACTION_REQUIRED:
        payment.transition_to(PaymentState.ACTION_REQUIRED, now=now, action_url=charge.action_url)
        order.extend_deadline(now + APPROVAL_TIME)
    # The longer the customer takes, the less often we look; for the last time just before the deadline, after which
    # ExpireOrder looks.
    pause = max(MIN_POLL_INTERVAL, (now - payment.changed_at) / 10)
    next_poll = min(now + pause, order.deadline_at - MIN_POLL_INTERVAL)
    if next_poll > now:
        send(AuthorisePayment(order_id=order.pk, payment_id=payment.pk), at=next_poll)
