"""Record the provider's answer to an authorisation."""

from datetime import datetime, timedelta

from contexts.ordering.db import atomic
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.commands import AuthorisePayment
from contexts.ordering.domain.status import MAY_HOLD_MONEY, PaymentState
from contexts.ordering.models import Order, Payment
from contexts.ordering.order_changes import capture_or_cancel
from messaging.publishing import send

APPROVAL_TIME = timedelta(hours=24)
MIN_POLL_INTERVAL = timedelta(seconds=5)


def record_authorisation(command: AuthorisePayment, charge: Charge, *, now: datetime) -> None:
    """Capture the money, cancel the order, or wait for the buyer's approval; do nothing if the payment is abandoned."""
    with atomic():
        order = Order.objects.locked(command.order_id)
        payment = order.attempt(command.payment_id)
        if not order.is_open or payment.state not in MAY_HOLD_MONEY:
            return
        if charge.state == "action_required":
            _wait_for_approval(order, payment, charge, now=now)
        else:
            capture_or_cancel(order, payment, charge, now=now)


def _wait_for_approval(order: Order, payment: Payment, charge: Charge, *, now: datetime) -> None:
    if payment.state != PaymentState.ACTION_REQUIRED:
        payment.transition_to(PaymentState.ACTION_REQUIRED, now=now, action_url=charge.action_url)
        order.extend_deadline(now + APPROVAL_TIME)
    # The longer the buyer takes, the longer the pause. The last poll is just before the deadline, at which
    # ExpireOrder asks the provider.
    pause = max(MIN_POLL_INTERVAL, (now - payment.changed_at) / 10)
    next_poll = min(now + pause, order.deadline_at - MIN_POLL_INTERVAL)
    if next_poll > now:
        send(AuthorisePayment(order_id=order.pk, payment_id=payment.pk), at=next_poll)
