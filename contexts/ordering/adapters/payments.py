"""The port to a payment provider, and the choice of the provider."""

from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from building_blocks.databases.transactions import refuse_inside_transaction
from building_blocks.money import Money
from contexts.ordering.adapters.demo_payments import DemoPayments
from contexts.ordering.domain.charge import Charge


class PaymentProvider(Protocol):
    """
    Every call names the payment attempt, which is the idempotency key: to a repeated call the provider returns the
    charge as it is, and moves no money again. After any exception the outcome is unknown.
    """

    def authorise(self, *, attempt_id: UUID, token: str, amount: Money) -> Charge:
        """Set the money aside."""
        ...

    def capture(self, *, attempt_id: UUID) -> Charge:
        """Take the money that is set aside."""
        ...

    def void(self, *, attempt_id: UUID) -> Charge:
        """Release the money that is set aside; a later authorisation of this attempt sets nothing aside."""
        ...

    def refund(self, *, attempt_id: UUID) -> Charge:
        """Give back all money that was taken."""
        ...

    def find(self, *, attempt_id: UUID) -> Charge | None:
        """Return the charge as it is, or None if there is none; change nothing."""
        ...


def provider_for(amount: Money) -> PaymentProvider:
    """
    Return the provider that the settings name, or a stand-in if the amount is zero.

    :raises ImproperlyConfigured: the settings name an unknown provider.
    :raises TransactionMisused: a transaction is open: a provider may be slow.
    """
    refuse_inside_transaction("a call of the payment provider")
    if not amount.amount:
        return ZeroAmountProvider()
    if settings.PAYMENT_PROVIDER == "demo":
        return DemoPayments()
    raise ImproperlyConfigured(f"PAYMENT_PROVIDER is {settings.PAYMENT_PROVIDER!r}: there is no such provider")


class ZeroAmountProvider:
    """Stands in for a provider: none of them accepts an amount of zero."""

    def authorise(self, *, attempt_id: UUID, token: str, amount: Money) -> Charge:
        return Charge(state="authorised")

    def capture(self, *, attempt_id: UUID) -> Charge:
        return Charge(state="captured")

    def void(self, *, attempt_id: UUID) -> Charge:
        return Charge(state="voided")

    def refund(self, *, attempt_id: UUID) -> Charge:
        return Charge(state="refunded")

    def find(self, *, attempt_id: UUID) -> Charge | None:
        return None
