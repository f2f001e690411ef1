"""The outbox and the inbox: tables that stand in every context's schema, written only with `.using(alias)`."""

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
    A message at rest; `available_at` is when it may next be claimed, and so also how long a taker holds it.

    One that is `in_order` is not claimed before those of its subject that are, too, and have the lower ids.
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

    UNDER_WAY: ClassVar[tuple[str, ...]]  # the states of which there is an index, by `available_at`
    BLOCKING: ClassVar[tuple[str, ...]]  # the states in which it holds up those behind it, with an index by subject

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
        """What tells this message from others, and under the name of its key, such as `order_id`, what it is about."""
        cls = message_class(self.type)
        about = {declaration(cls).key: self.subject} if cls else {}
        return {"message_id": str(self.message_id), "type": self.type, **about}


class OutboxMessage(StoredMessage):
    """A message of this context on its way: done once every receiving context has confirmed that it holds it."""

    class State(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"
        DONE = "done"
        DEAD = "dead"
        DISCARDED = "discarded"

    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    acknowledged_by = models.JSONField(default=list)

    UNDER_WAY = (State.PENDING, State.SENT)
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
            # By these a story is found; the receivers' rows are then found by the ids of the messages.
            HashIndex(fields=["subject"], name="outbox_subject"),
            HashIndex(TRACE_ID, name="outbox_trace"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"


class InboxMessage(StoredMessage):
    """A message that one handler of this context is to handle, once."""

    class State(models.TextChoices):
        PENDING = "pending"
        HANDLED = "handled"
        DEAD = "dead"
        DISCARDED = "discarded"

    handler = models.CharField(max_length=150)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    handled_at = models.DateTimeField(null=True)

    UNDER_WAY = (State.PENDING,)
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
        """Let these, just claimed and all from one database, be claimed from then on, as if they had not been."""
        claimed = cls.objects.using(rows[0]._state.db).filter(pk__in=[row.pk for row in rows], state=cls.State.PENDING)
        claimed.filter(available_at=rows[0].available_at).update(available_at=until, attempts=models.F("attempts") - 1)

    def retry_later(self, *, until: datetime, error: str) -> None:
        """Let the message wait after its handler failed."""
        self._still_claimed().update(available_at=until, last_error=error)

    def park(self, *, error: str) -> None:
        """Give the message up until somebody replays it."""
        self._still_claimed().update(state=self.State.DEAD, last_error=error)

    def _still_claimed(self) -> "models.QuerySet[InboxMessage]":
        """This row, as long as it is not handled, nor claimed by somebody else since."""
        rows = InboxMessage.objects.using(self._state.db)
        return rows.filter(pk=self.pk, state=self.State.PENDING, attempts=self.attempts)
