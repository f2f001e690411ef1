"""
What the shop's servers ask of the provider; each answer is of a charge that is committed already.

`key` is the idempotency key: the shop's id of its payment attempt. A repeat answers with the charge as it is
now, and a request that the charge's state does not allow changes nothing: the answer's status tells.
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
    """Raised where a key has been used for another amount, currency or card."""


class UnknownCharge(LookupError):
    """Raised where no charge with this key was ever asked for."""


class ProviderTimedOut(TimeoutError):
    """Raised where the answer got lost: it may have happened. Ask again with the same key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """
    :param amount: of the currency (ISO 4217); 0 XXX where it was voided before it was asked for.
    :param decline_reason: card_declined, action_refused, token_unknown, token_expired or token_used.
    :param action_url: the path where the shopper must approve the charge, while that is due.
    """

    key: UUID
    status: Status
    amount: Decimal
    currency: str
    decline_reason: str | None
    action_url: str | None


def authorise(*, key: UUID, token: str, amount: Decimal, currency: str, now: datetime) -> Charge:
    """
    Set the amount aside on the token's card, where the card allows it.

    :param token: what the public endpoint gave for the card; one that cannot be used is a declined charge.
    :raises KeyReused: the key belongs to another request.
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
            raise KeyReused(f"{key} was used for another amount or card: take a new key")
    return _as_public(charge)


def capture(*, key: UUID, now: datetime) -> Charge:
    """
    Take the money that was set aside.

    :raises ProviderTimedOut: the card is the one that times out, and the money has just been taken.
    :raises UnknownCharge: there is no such charge.
    """
    return _apply(Operation.CAPTURE, key, now=now)


def refund(*, key: UUID, now: datetime) -> Charge:
    """
    Give all of the money back that was taken.

    :raises ProviderTimedOut: the card is the one that times out, and the money has just gone back.
    :raises UnknownCharge: there is no such charge.
    """
    return _apply(Operation.REFUND, key, now=now)


def void(*, key: UUID, now: datetime) -> Charge:
    """Let go of what was set aside, give back what was taken, refuse what comes late."""
    with _own_transaction():
        charge = models.Charge.locked(key) or models.Charge.tombstone(key=key, now=now).store_once()
        charge.apply(Operation.VOID, now=now)
    return _as_public(charge)


def find(*, key: UUID) -> Charge | None:
    """Return the charge as it is now, or nothing where none was ever asked for."""
    with _own_transaction():
        charge = models.Charge.objects.filter(key=key).first()
    return _as_public(charge) if charge else None


def charges_since(*, since: datetime) -> list[Charge]:
    """Return the charges opened or changed since this time, in the order of their last change."""
    with _own_transaction():
        changed = models.Charge.objects.filter(changed_at__gte=since).order_by("changed_at")
        return [_as_public(charge) for charge in changed]


def import_charges(charges: Iterable[tuple[UUID, Money, Status, datetime]]) -> None:
    """
    Know of charges from before this provider's time; those that it knows already stay as they are.

    :param charges: of each its key, how much, what became of it, and when.
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
        raise ProviderTimedOut(f"no answer to the {operation} of {key}: it may have happened")
    return _as_public(charge)


@contextmanager
def _own_transaction() -> Iterator[None]:
    # A real provider is across a network, and its books are written whatever becomes of the caller's.
    refuse_inside_transaction("asking the payment provider")
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
