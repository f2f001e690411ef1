"""The outbox and the inbox: tables in every context's schema, used only with `.using(alias)`."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.postgres.indexes import HashIndex
from django.db import models

from messaging.declare import declaration, message_class
from messaging.envelope import Envelope

LEASE = timedelta(seconds=10)
RESEND_AFTER = timedelta(seconds=30)
TRACE_ID = models.Func("traceparent", template="substr(%(expressions)s, 4, 32)", output_field=models.CharField())


class StoredMessage(models.Model):
    """
    A stored message. It may be claimed from `available_at` on. A claim sets `available_at` to the end of its lease.

    Messages that are `in_order` and have the same subject are claimed by id, the lowest first.
    """

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
    in_order = models.BooleanField(default=False)

    CLAIMABLE: ClassVar[tuple[str, ...]]  # states in which it may be claimed, with a partial index on `available_at`
    BLOCKING: ClassVar[tuple[str, ...]]  # states in which it blocks later ones, with a partial index on the subject

    class Meta:
        abstract = True

    @classmethod
    def from_envelope(cls, envelope: Envelope, **more: Any) -> Self:
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

    @property
    def trace_attributes(self) -> dict[str, Any]:
        """The message's id and type, and its subject under the name of the key, such as `order_id`."""
        cls = message_class(self.type)
        about = {declaration(cls).key: self.subject} if cls else {}
        return {"message_id": str(self.message_id), "type": self.type, **about}


class OutboxMessage(StoredMessage):
    """A message that this context sends. It is done when every receiving context has acknowledged it."""

    class State(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"
        DONE = "done"
        DEAD = "dead"
        DISCARDED = "discarded"

    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    acknowledged_by = models.JSONField(default=list)

    CLAIMABLE = (State.PENDING, State.SENT)
    BLOCKING = (State.PENDING, State.SENT, State.DEAD)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["message_id"], name="outbox_message_once"),)
        indexes = (
            models.Index(
                fields=["available_at"],
                name="outbox_under_way",
                condition=models.Q(state__in=("pending", "sent")),
            ),
            models.Index(fields=["occurred_at"], name="outbox_dead", condition=models.Q(state="dead")),
            models.Index(
                fields=["subject", "id"],
                name="outbox_in_order",
                condition=models.Q(in_order=True, state__in=("pending", "sent", "dead")),
            ),
            # For message_console.story, which finds the receivers' rows by the ids of these messages.
            HashIndex(fields=["subject"], name="outbox_subject"),
            HashIndex(TRACE_ID, name="outbox_trace"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"


class InboxMessage(StoredMessage):
    """A message for one handler of this context. It is handled once."""

    class State(models.TextChoices):
        PENDING = "pending"
        HANDLED = "handled"
        DEAD = "dead"
        DISCARDED = "discarded"

    handler = models.CharField(max_length=150)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    handled_at = models.DateTimeField(null=True)

    CLAIMABLE = (State.PENDING,)
    BLOCKING = (State.PENDING, State.DEAD)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["message_id", "handler"], name="inbox_message_once"),)
        indexes = (
            models.Index(fields=["available_at"], name="inbox_waiting", condition=models.Q(state="pending")),
            models.Index(fields=["occurred_at"], name="inbox_dead", condition=models.Q(state="dead")),
            models.Index(
                fields=["subject", "id"],
                name="inbox_in_order",
                condition=models.Q(in_order=True, state__in=("pending", "dead")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.message_id} for {self.handler}"

    @classmethod
    def release(cls, rows: "list[InboxMessage]", *, until: datetime) -> None:
        """Undo the claim of these rows of one database: they may be claimed from `until` on, and lose no attempt."""
        claimed = cls.objects.using(rows[0]._state.db).filter(pk__in=[row.pk for row in rows], state=cls.State.PENDING)
        claimed.filter(available_at=rows[0].available_at).update(available_at=until, attempts=models.F("attempts") - 1)

    def retry_later(self, *, until: datetime, error: str) -> None:
        """Schedule the retry of a message whose handler has failed."""
        self._still_claimed().update(available_at=until, last_error=error)

    def mark_dead(self, *, error: str) -> None:
        """Mark the message as dead: it is not tried again until an operator replays it."""
        self._still_claimed().update(state=self.State.DEAD, last_error=error)

    def _still_claimed(self) -> "models.QuerySet[InboxMessage]":
        """Return this row, unless it is handled, or another worker has claimed it since."""
        rows = InboxMessage.objects.using(self._state.db)
        return rows.filter(pk=self.pk, state=self.State.PENDING, attempts=self.attempts)
