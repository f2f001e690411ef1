"""The adapter of the demo's payment provider; no other module imports that provider."""

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from building_blocks.money import Money
from contexts.ordering.domain.charge import Charge, ChargeState
from contexts.ordering.models import Payment
from demo_payments import provider

STATES: dict[provider.Status, ChargeState] = {
    provider.Status.AUTHORISED: "authorised",
    provider.Status.REQUIRES_ACTION: "action_required",
    provider.Status.CAPTURED: "captured",
    provider.Status.DECLINED: "declined",
    provider.Status.VOIDED: "voided",
    provider.Status.REFUNDED: "refunded",
}


class DemoPayments:
    """Implements `adapters.payments.PaymentProvider`."""

    def authorise(self, *, attempt_id: UUID, token: str, amount: Money) -> Charge:
        return _charge(
            provider.authorise(
                key=attempt_id,
                token=token,
                amount=amount.amount,
                currency=amount.currency,
                now=timezone.now(),
            )
        )

    def capture(self, *, attempt_id: UUID) -> Charge:
        return _charge(provider.capture(key=attempt_id, now=timezone.now()))

    def void(self, *, attempt_id: UUID) -> Charge:
        return _charge(provider.void(key=attempt_id, now=timezone.now()))

    def refund(self, *, attempt_id: UUID) -> Charge:
        return _charge(provider.refund(key=attempt_id, now=timezone.now()))

    def find(self, *, attempt_id: UUID) -> Charge | None:
        charge = provider.find(key=attempt_id)
        return _charge(charge) if charge else None


def _charge(charge: provider.Charge) -> Charge:
    return Charge(
        state=STATES[charge.status],
        decline_reason=charge.decline_reason or "",
        action_url=charge.action_url or "",
    )


def register_payments(payments: Iterable[Payment]) -> None:
    """Import captured and refunded payments of the past at the provider, so that it can refund them, once."""
    provider.import_charges(
        (payment.pk, payment.money, provider.Status(payment.state), payment.changed_at) for payment in payments
    )
