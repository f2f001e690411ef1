"""The port to a payment provider: what ordering needs of one, and which one it is."""

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
    Every call names the payment attempt, by which the provider knows a repeat: it then answers with the charge
    as it is, and moves no money again. Any exception means that it may have happened.
    """

    def authorise(self, *, attempt_id: UUID, token: str, amount: Money) -> Charge:
        """Set the money aside."""
        ...

    def capture(self, *, attempt_id: UUID) -> Charge:
        """Take what is set aside."""
        ...

    def void(self, *, attempt_id: UUID) -> Charge:
        """Let go of what is set aside, and of what a late authorisation of this attempt would set aside."""
        ...

    def refund(self, *, attempt_id: UUID) -> Charge:
        """Give all back that was taken."""
        ...

    def find(self, *, attempt_id: UUID) -> Charge | None:
        """Return the charge as it is, and change nothing; nothing, if it was never asked for."""
        ...


def provider_for(amount: Money) -> PaymentProvider:
    """
    Return the provider that the settings name, or a stand-in where there is nothing to pay.

    :raises ImproperlyConfigured: they name none that is known.
    :raises TransactionMisused: a transaction is open; a provider may take its time.
    """
    refuse_inside_transaction("a call of the payment provider")
    if not amount.amount:
        return ZeroAmountProvider()
    if settings.PAYMENT_PROVIDER == "demo":
        return DemoPayments()
    raise ImproperlyConfigured(f"PAYMENT_PROVIDER is {settings.PAYMENT_PROVIDER!r}: there is no such provider")


class ZeroAmountProvider:
    """Stands in for a provider, none of which takes an amount of zero."""

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
