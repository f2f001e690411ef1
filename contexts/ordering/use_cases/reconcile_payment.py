"""Apply what is true of a payment, as the provider or an operator says, if its message came to nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.status import PaymentState
from contexts.ordering.models import Payment
from contexts.ordering.use_cases.record_authorisation import record_authorisation
from contexts.ordering.use_cases.record_capture import record_capture
from contexts.ordering.use_cases.record_refund import record_refund
from contexts.ordering.use_cases.record_void import record_void

RECORDERS: Mapping[str, Callable[..., None]] = {
    PaymentState.AUTHORISING: record_authorisation,
    PaymentState.ACTION_REQUIRED: record_authorisation,
    PaymentState.CAPTURING: record_capture,
    PaymentState.VOIDING: record_void,
    PaymentState.REFUNDING: record_refund,
}
"""By what a payment waits for: the use case that takes the answer."""


def reconcile_payment(*, payment_id: UUID, charge: Charge, now: datetime) -> None:
    """
    Do what would have been done, had the provider given this answer in time.

    :raises NotCaptured, NotVoided, NotRefunded: the answer settles nothing: the provider must be asked to act.
    """
    payment = Payment.objects.get(pk=payment_id)
    if record := RECORDERS.get(payment.state):
        record(order_id=payment.order_id, payment_id=payment_id, charge=charge, now=now)
