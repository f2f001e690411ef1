"""Write down what the provider said when an order's time was over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from contexts.ordering.db import atomic
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.commands import CheckPaymentBeforeExpiry, ExpireOrder
from contexts.ordering.domain.status import CancelReason
from contexts.ordering.models import Order
from contexts.ordering.use_cases.cancel_order import cancel_order
from contexts.ordering.use_cases.record_authorisation import record_authorisation
from messaging.publishing import send

RETRY_AFTER = timedelta(minutes=1)
GRACE_PERIOD = timedelta(minutes=10)
"""How long after its deadline an order is kept, if the provider does not say whether it is paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCheck:
    """
    What the provider says of an order's payment when its time is over.

    :param charge: none, if it knows of none.
    :param is_known: whether it answered.
    """

    charge: Charge | None = None
    is_known: bool = True


def record_payment_check(*, order_id: UUID, payment_id: UUID, check: PaymentCheck, now: datetime) -> None:
    """Go on with the order if it turns out to be paid, else cancel it; do nothing to one that is settled."""
    with atomic():
        order = Order.objects.locked(order_id)
        if not order.is_open:
            return
        if order.deadline_at > now or order.payment.pk != payment_id:  # it is being paid by another card meanwhile
            send(ExpireOrder(order_id=order_id), at=max(order.deadline_at, now))
        elif not check.is_known and order.deadline_at + GRACE_PERIOD > now:
            send(CheckPaymentBeforeExpiry(order_id=order_id, payment_id=payment_id), at=now + RETRY_AFTER)
        else:
            if check.charge and check.charge.state != "action_required":
                record_authorisation(order_id=order_id, payment_id=payment_id, charge=check.charge, now=now)
            # It is refused, if the answer was that the order is paid, and finds nothing to do, if it was declined.
            cancel_order(order_id=order_id, reason=CancelReason.NOT_PAID_IN_TIME, now=now)
