"""The tables of the provider: cards by token, and one charge for each idempotency key."""

import secrets
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models import CheckConstraint, Q

from building_blocks.databases.inserting import insert
from building_blocks.digests import digest
from building_blocks.money import Money
from demo_payments.cards import Behaviour, Card
from demo_payments.db import database
from demo_payments.states import Operation, Status, next_status

TOKEN_LIFETIME = timedelta(hours=1)
TOMBSTONE = ""  # in place of a fingerprint
NO_CURRENCY = "XXX"  # the code of ISO 4217

INITIAL_STATUS = {
    Behaviour.ACCEPT: (Status.AUTHORISED, ""),
    Behaviour.DECLINE: (Status.DECLINED, "card_declined"),
    Behaviour.CHALLENGE: (Status.REQUIRES_ACTION, ""),
    Behaviour.TIME_OUT: (Status.AUTHORISED, ""),
}


class TokenRefused(Exception):
    """Raised if a token cannot pay; its one argument is the decline reason of the charge."""


class CardToken(models.Model):
    """The data of a card that may be stored, and a digest of its token, which can pay for an hour."""

    digest = models.CharField(max_length=64, primary_key=True)
    behaviour = models.CharField(max_length=10)
    brand = models.CharField(max_length=20)
    last_four = models.CharField(max_length=4)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.brand} …{self.last_four}"

    @classmethod
    def issue(cls, card: Card, *, now: datetime) -> str:
        """Store the card and return a token for it; the token itself is not stored."""
        token = f"tok_{secrets.token_hex(16)}"
        cls.objects.create(
            digest=digest(token),
            behaviour=card.behaviour,
            brand=card.brand,
            last_four=card.last_four,
            expires_at=now + TOKEN_LIFETIME,
        )
        return token

    @classmethod
    def claim(cls, token: str, *, now: datetime) -> Self:
        """
        Return the card behind the token, locked, for one payment.

        :raises TokenRefused: the token is unknown, expired or used.
        """
        card = cls.objects.select_for_update().filter(digest=digest(token)).first()
        if card is None:
            raise TokenRefused("token_unknown")
        if card.expires_at <= now:
            raise TokenRefused("token_expired")
        if Charge.objects.filter(card=card).exists():
            raise TokenRefused("token_used")
        return card


class Charge(models.Model):
    """
    One payment and its status.

    A charge that was voided before it was authorised is a tombstone. It has no fingerprint, and blocks an
    authorisation that arrives later.
    """

    key = models.UUIDField(primary_key=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    card = models.OneToOneField(CardToken, null=True, on_delete=models.PROTECT)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=20)
    decline_reason = models.CharField(max_length=30, blank=True)
    action_id = models.UUIDField(null=True, unique=True)
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(status__in=[status.value for status in Status]), name="charge_status"),
            CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="charge_currency"),
            CheckConstraint(
                condition=Q(amount__gt=0) | Q(fingerprint=TOMBSTONE, status=Status.VOIDED.value, amount=0),
                name="charge_amount_unless_tombstone",
            ),
            CheckConstraint(
                condition=Q(status=Status.DECLINED.value) ^ Q(decline_reason=""),
                name="charge_decline_reason_if_declined",
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.status}"

    @classmethod
    def open(cls, *, key: UUID, fingerprint: str, token: str, price: Money, now: datetime) -> Self:
        """Return an unsaved charge for a first request. It is declined if the token cannot pay."""
        charge = cls(key=key, fingerprint=fingerprint, amount=price.amount, currency=price.currency, changed_at=now)
        try:
            charge.card = CardToken.claim(token, now=now)
        except TokenRefused as refused:
            charge.status, charge.decline_reason = Status.DECLINED, str(refused)
            return charge
        charge.status, charge.decline_reason = INITIAL_STATUS[Behaviour(charge.card.behaviour)]
        if charge.status == Status.REQUIRES_ACTION:
            charge.action_id = uuid4()
        return charge

    @classmethod
    def tombstone(cls, *, key: UUID, now: datetime) -> Self:
        """Return an unsaved charge that blocks an authorisation with this key that arrives later."""
        return cls(key=key, amount=0, currency=NO_CURRENCY, status=Status.VOIDED, changed_at=now)

    @classmethod
    def locked(cls, key: UUID) -> Self | None:
        """Return the charge, locked, or None; its card is read after the lock is taken."""
        return cls.objects.select_for_update().filter(key=key).first()

    def store_once(self) -> Self:
        """Store the charge, unless a charge with its key is stored already. Return the stored charge, locked."""
        insert(database.alias, [self], ignore_conflict_on=("key",))
        stored = type(self).locked(self.key)
        assert stored is not None  # noqa: S101 - one of the inserts has stored it
        return stored

    def apply(self, operation: Operation, *, now: datetime) -> bool:
        """Change the status by the operation, and return whether the status has changed. The row must be locked."""
        status = next_status(Status(self.status), operation)
        if status == self.status:
            return False
        self.status, self.changed_at = status, now
        self.decline_reason = "action_refused" if status is Status.DECLINED else ""
        self.save(update_fields=["status", "changed_at", "decline_reason"])
        return True
