"""The outbox and the inbox: tables that stand in every context's schema, written only with `.using(alias)`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models

from building_blocks.messaging.envelope import Envelope

LEASE = timedelta(seconds=30)


class StoredMessage(models.Model):
    """A message at rest; `available_at` is when it may next be taken, and so also how long a taker holds it."""

    id = models.BigAutoField(primary_key=True)
    message_id = models.UUIDField()
    type = models.CharField(max_length=100)
    source = models.CharField(max_length=30)
    subject = models.CharField(max_length=100)
    data = models.JSONField()
    traceparent = models.CharField(max_length=55, blank=True)
    occurred_at = models.DateTimeField()
    available_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        abstract = True

    @classmethod
    def holding(cls, envelope: Envelope, **more: Any) -> Self:
        return cls(
            message_id=envelope.id,
            type=envelope.type,
            source=envelope.source,
            subject=envelope.subject,
            data=envelope.data,
            traceparent=envelope.traceparent,
            occurred_at=envelope.time,
            **more,
        )

    @property
    def envelope(self) -> Envelope:
        return Envelope(
            id=self.message_id,
            type=self.type,
            source=self.source,
            subject=self.subject,
            time=self.occurred_at,
            data=self.data,
            traceparent=self.traceparent,
        )


class OutboxMessage(StoredMessage):
    """A message of this context on its way: done once every receiving context has confirmed that it holds it."""

    class State(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"
        DONE = "done"
        DEAD = "dead"

    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    confirmed_by = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["message_id"], name="outbox_message_once"),)
        indexes = (
            models.Index(
                fields=["available_at"],
                name="outbox_under_way",
                condition=models.Q(state__in=("pending", "sent")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"

    @classmethod
    def take(cls, alias: str, *, now: datetime, limit: int) -> list[Self]:
        """Take messages that are due, each for one relay alone until its lease ends."""
        table = cls._meta.db_table
        return list(
            cls.objects.using(alias).raw(
                f"UPDATE {table} SET attempts = attempts + 1, available_at = %s WHERE id IN ("  # noqa: S608 - no input
                f" SELECT id FROM {table} WHERE state IN ('pending', 'sent') AND available_at <= %s"
                " ORDER BY available_at LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING *",
                [now + LEASE, now, limit],
            )
        )


class InboxMessage(StoredMessage):
    """A message that one handler of this context is to handle, once."""

    class State(models.TextChoices):
        PENDING = "pending"
        HANDLED = "handled"
        DEAD = "dead"

    handler = models.CharField(max_length=150)
    failures = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["message_id", "handler"], name="inbox_message_once"),)
        indexes = (models.Index(fields=["available_at"], name="inbox_waiting", condition=models.Q(state="pending")),)

    def __str__(self) -> str:
        return f"{self.type} {self.message_id} for {self.handler}"

    @classmethod
    def keep(cls, envelope: Envelope, handlers: Iterable[str], *, now: datetime) -> list[Self]:
        """Return the rows, not yet stored, in which each of these handlers will find the message."""
        return [cls.holding(envelope, handler=name, received_at=now, available_at=now) for name in handlers]

    @classmethod
    def due(cls, alias: str, *, now: datetime, limit: int) -> list[Self]:
        waiting = cls.objects.using(alias).filter(state=cls.State.PENDING, available_at__lte=now)
        return list(waiting.order_by("available_at")[:limit])

    def mark_handled(self, *, now: datetime) -> bool:
        """
        Mark the message as handled, and return whether it still was to be handled, by this taker.

        Runs in the transaction of the handler, whose effect it guards: another that holds the row, or has
        handled it, or has taken it since, makes this a no.
        """
        mine = self._pending().select_for_update(skip_locked=True).values("pk")
        rows = InboxMessage.objects.using(self._state.db)
        return rows.filter(pk__in=mine).update(state=self.State.HANDLED, handled_at=now) == 1

    def lease(self, *, now: datetime) -> bool:
        """Take the message for work outside a transaction; return whether nobody else has."""
        taken = self._pending().update(attempts=self.attempts + 1, available_at=now + LEASE)
        self.attempts += taken
        return taken == 1

    def put_off(self, *, until: datetime, error: str) -> None:
        """Let the message wait after its handler failed."""
        self._pending().update(failures=self.failures, available_at=until, last_error=error)

    def park(self, *, error: str) -> None:
        """Give the message up until somebody replays it."""
        self._pending().update(failures=self.failures, state=self.State.DEAD, last_error=error)

    def _pending(self) -> "models.QuerySet[InboxMessage]":
        """This row, as long as nobody else has taken it since."""
        rows = InboxMessage.objects.using(self._state.db)
        return rows.filter(pk=self.pk, state=self.State.PENDING, attempts=self.attempts)
