"""Write down what the provider said to an authorisation."""

from datetime import datetime, timedelta
from uuid import UUID

from building_blocks.messaging.publishing import send
from contexts.ordering.db import atomic
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.status import CancelReason, PaymentState
from contexts.ordering.domain.steps import AuthorisePayment, CapturePayment
from contexts.ordering.models import Order
from contexts.ordering.use_cases.cancel_order import cancel_order

TIME_TO_ACT = timedelta(hours=24)
LOOK_AGAIN_AFTER = timedelta(seconds=5)


def record_authorisation(*, order_id: UUID, charge: Charge, now: datetime) -> None:
    """Go on to capture, cancel the order, or wait for the customer; do nothing to an order cancelled meanwhile."""
    with atomic():
        order = Order.objects.locked(order_id)
        if not order.is_open:
            return
        if charge.state == "authorised":
            order.payment.become(PaymentState.CAPTURING, now=now)
            send(CapturePayment(order_id=order_id))
        elif charge.state == "action_required":
            _wait_for_customer(order, charge, now=now)
        else:
            order.payment.become(PaymentState.DECLINED, now=now, decline_reason=charge.decline_reason)
            cancel_order(order_id=order_id, reason=CancelReason.PAYMENT_DECLINED, now=now)


def _wait_for_customer(order: Order, charge: Charge, *, now: datetime) -> None:
    if order.payment.state != PaymentState.ACTION_REQUIRED:
        order.payment.become(PaymentState.ACTION_REQUIRED, now=now, action_url=charge.action_url)
        order.extend_deadline(now + TIME_TO_ACT)
    # The longer the customer takes, the less often we look.
    waited = now - order.payment.changed_at
    send(AuthorisePayment(order_id=order.pk), at=now + max(LOOK_AGAIN_AFTER, waited / 10))
