"""
The functions that the shop's servers call. Each returns a charge that is already committed.

`key` is the idempotency key: the shop's id of its payment attempt. A repeated call returns the charge as it is now. A
call that the charge's status does not allow changes nothing: the returned status is the old one.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.urls import reverse

from building_blocks.databases.inserting import insert
from building_blocks.databases.transactions import refuse_inside_transaction
from building_blocks.digests import digest
from building_blocks.money import Money
from demo_payments import models
from demo_payments.cards import Behaviour
from demo_payments.db import atomic, database
from demo_payments.states import Operation, Status

__all__ = [
    "Charge",
    "KeyReused",
    "ProviderTimedOut",
    "Status",
    "UnknownCharge",
    "authorise",
    "capture",
    "charges_since",
    "find",
    "import_charges",
    "refund",
    "void",
]


class KeyReused(ValueError):
    """Raised if a key has been used for another amount, currency or card."""


class UnknownCharge(LookupError):
    """Raised if there is no charge with this key."""


class ProviderTimedOut(TimeoutError):
    """Raised if the response is lost: the operation may have happened. Call again with the same key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """
    A charge, as the provider returns it.

    :param amount: in `currency` (ISO 4217); 0 XXX if the charge was voided before it was authorised.
    :param decline_reason: card_declined, action_refused, token_unknown, token_expired or token_used.
    :param action_url: the path where the shopper must approve the charge, while its status is `requires_action`.
    """

    key: UUID
    status: Status
    amount: Decimal
    currency: str
    decline_reason: str | None
    action_url: str | None


def authorise(*, key: UUID, token: str, amount: Decimal, currency: str, now: datetime) -> Charge:
    """
    Reserve the amount on the token's card, if the card allows it.

    :param token: a card's token from the public endpoint; if it cannot pay, the charge is declined.
    :raises KeyReused: the key was used for another request.
    :raises ValueError: the amount is not positive or has more than two decimals.
    """
    price = Money(amount, currency)
    if price.amount <= 0:
        raise ValueError(f"{price} cannot be charged: the amount must be positive")
    fingerprint = digest(f"{price} {token}")
    with _own_transaction():
        charge = models.Charge.locked(key)
        if charge is None:
            opened = models.Charge.open(key=key, fingerprint=fingerprint, token=token, price=price, now=now)
            charge = opened.store_once()
        if charge.fingerprint not in (fingerprint, models.TOMBSTONE):
            raise KeyReused(f"{key} was used for another amount or card: use a new key")
    return _as_public(charge)


def capture(*, key: UUID, now: datetime) -> Charge:
    """
    Take the reserved money.

    :raises ProviderTimedOut: the money has just been taken from the card that times out.
    :raises UnknownCharge: there is no charge with this key.
    """
    return _apply(Operation.CAPTURE, key, now=now)


def refund(*, key: UUID, now: datetime) -> Charge:
    """
    Return all of the money that was taken.

    :raises ProviderTimedOut: the money has just been returned to the card that times out.
    :raises UnknownCharge: there is no charge with this key.
    """
    return _apply(Operation.REFUND, key, now=now)


def void(*, key: UUID, now: datetime) -> Charge:
    """Release reserved money, return taken money, and refuse a later authorisation with this key."""
    with _own_transaction():
        charge = models.Charge.locked(key) or models.Charge.tombstone(key=key, now=now).store_once()
        charge.apply(Operation.VOID, now=now)
    return _as_public(charge)


def find(*, key: UUID) -> Charge | None:
    """Return the charge as it is now, or None if there is none."""
    with _own_transaction():
        charge = models.Charge.objects.filter(key=key).first()
    return _as_public(charge) if charge else None


def charges_since(*, since: datetime) -> list[Charge]:
    """Return the charges that were created or changed since this time, in the order of their last change."""
    with _own_transaction():
        changed = models.Charge.objects.filter(changed_at__gte=since).order_by("changed_at")
        return [_as_public(charge) for charge in changed]


def import_charges(charges: Iterable[tuple[UUID, Money, Status, datetime]]) -> None:
    """
    Store charges of the past. Charges whose key is stored already stay as they are.

    :param charges: the key, price, status and time of the last change of each.
    """
    imported = [
        models.Charge(
            key=key,
            fingerprint=digest(f"{price} {key}"),
            amount=price.amount,
            currency=price.currency,
            status=status,
            changed_at=changed_at,
        )
        for key, price, status, changed_at in charges
    ]
    with _own_transaction():
        insert(database.alias, imported, ignore_conflict_on=("key",))


def _apply(operation: Operation, key: UUID, *, now: datetime) -> Charge:
    with _own_transaction():
        charge = models.Charge.locked(key)
        if charge is None:
            raise UnknownCharge(f"{key} was never authorised")
        changed = charge.apply(operation, now=now)
    if changed and charge.card and charge.card.behaviour == Behaviour.TIME_OUT:
        raise ProviderTimedOut(f"no response to the {operation} of {key}: it may have happened")
    return _as_public(charge)


@contextmanager
def _own_transaction() -> Iterator[None]:
    # A real provider is called over the network, and commits whether or not the caller's transaction does.
    refuse_inside_transaction("calling the payment provider")
    with atomic():
        yield


def _as_public(charge: models.Charge) -> Charge:
    due = charge.status == Status.REQUIRES_ACTION
    return Charge(
        key=charge.key,
        status=Status(charge.status),
        amount=charge.amount,
        currency=charge.currency,
        decline_reason=charge.decline_reason or None,
        action_url=reverse("demo_payments:action", args=[charge.action_id]) if due else None,
    )
