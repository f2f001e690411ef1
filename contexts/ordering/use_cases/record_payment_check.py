"""Record the result of the payment check of an order that was not paid in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contexts.ordering.db import atomic
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.commands import CheckPaymentBeforeExpiry, ExpireOrder
from contexts.ordering.domain.status import MAY_HOLD_MONEY, CancelReason
from contexts.ordering.models import Order
from contexts.ordering.order_changes import cancel, capture_or_cancel
from messaging.publishing import send

CHECK_AGAIN_AFTER = timedelta(minutes=1)
GRACE_PERIOD = timedelta(minutes=10)
"""How long an order stays open after its deadline if the provider does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCheck:
    """
    The provider's answer about a payment.

    :param charge: None if the provider has no charge for the payment.
    :param is_known: False if the provider did not answer.
    """

    charge: Charge | None = None
    is_known: bool = True


def record_payment_check(command: CheckPaymentBeforeExpiry, check: PaymentCheck, *, now: datetime) -> None:
    """Capture the money if the buyer has approved the payment, otherwise cancel the order, unless it is settled."""
    with atomic():
        order = Order.objects.locked(command.order_id)
        if not order.is_open:
            return
        if order.deadline_at > now or order.payment.pk != command.payment_id:  # the buyer is paying by another card
            send(ExpireOrder(order_id=order.pk), at=max(order.deadline_at, now))
        elif not check.is_known and order.deadline_at + GRACE_PERIOD > now:
            send(command, at=now + CHECK_AGAIN_AFTER)
        else:
            _settle(order, check.charge, now=now)


def _settle(order: Order, charge: Charge | None, *, now: datetime) -> None:
    if charge and charge.state != "action_required" and order.payment.state in MAY_HOLD_MONEY:
        capture_or_cancel(order, order.payment, charge, now=now)
    if order.can_be_cancelled:
        cancel(order, CancelReason.NOT_PAID_IN_TIME, now=now)
