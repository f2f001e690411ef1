"""The outbox and the inbox: tables that stand in every context's schema, written only with `.using(alias)`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models

from building_blocks.messaging.declare import declaration, message_class
from building_blocks.messaging.envelope import Envelope

LEASE = timedelta(seconds=10)
SEND_AGAIN_AFTER = timedelta(seconds=30)


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

    UNDER_WAY: ClassVar[tuple[str, ...]]  # the states of which there is an index, by `available_at`

    class Meta:
        abstract = True

    @classmethod
    def take(cls, alias: str, *, now: datetime, limit: int) -> list[Self]:
        """
        Take messages that are due, each for one worker alone until its lease ends.

        In a committed step of its own: no row is locked while the worker works. `attempts` tells this taker from
        one that comes after the lease, and counts also those takers who died without a word.
        """
        table, states = cls._meta.db_table, ", ".join(f"'{state}'" for state in cls.UNDER_WAY)
        # By name: a column that a later version adds must not disturb a statement that is prepared by then.
        columns = ", ".join(str(field.column) for field in cls._meta.concrete_fields)
        taken = cls._default_manager.using(alias).raw(
            f"UPDATE {table} SET attempts = attempts + 1, available_at = %s WHERE id IN ("  # noqa: S608 - no input
            f" SELECT id FROM {table} WHERE state IN ({states}) AND available_at <= %s"
            f" ORDER BY available_at LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING {columns}",
            [now + LEASE, now, limit],
        )
        return sorted(taken, key=lambda row: row.id)

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

    @property
    def facts(self) -> dict[str, Any]:
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

    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    confirmed_by = models.JSONField(default=list)

    UNDER_WAY = (State.PENDING, State.SENT)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["message_id"], name="outbox_message_once"),)
        indexes = (
            models.Index(
                fields=["available_at"],
                name="outbox_under_way",
                condition=models.Q(state__in=("pending", "sent")),
            ),
            models.Index(fields=["occurred_at"], name="outbox_dead", condition=models.Q(state="dead")),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"


class InboxMessage(StoredMessage):
    """A message that one handler of this context is to handle, once."""

    class State(models.TextChoices):
        PENDING = "pending"
        HANDLED = "handled"
        DEAD = "dead"

    handler = models.CharField(max_length=150)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    handled_at = models.DateTimeField(null=True)

    UNDER_WAY = (State.PENDING,)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["message_id", "handler"], name="inbox_message_once"),)
        indexes = (
            models.Index(fields=["available_at"], name="inbox_waiting", condition=models.Q(state="pending")),
            models.Index(fields=["occurred_at"], name="inbox_dead", condition=models.Q(state="dead")),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.message_id} for {self.handler}"

    @classmethod
    def keep(cls, envelope: Envelope, handlers: Iterable[str], *, now: datetime) -> list[Self]:
        """Return the rows, not yet stored, in which each of these handlers will find the message."""
        return [cls.holding(envelope, handler=name, received_at=now, available_at=now) for name in handlers]

    @classmethod
    def give_back(cls, rows: "list[InboxMessage]", *, now: datetime) -> None:
        """Let these, just taken and all from one database, be taken by others at once, as if they had not been."""
        mine = cls.objects.using(rows[0]._state.db).filter(pk__in=[row.pk for row in rows], state=cls.State.PENDING)
        mine.filter(available_at=rows[0].available_at).update(available_at=now, attempts=models.F("attempts") - 1)

    def mark_handled(self, *, now: datetime) -> bool:
        """
        Mark the message as handled, and return whether it still was this taker's to handle.

        Runs in the transaction of the handler, whose effect it guards: both are written or neither is.
        """
        return self._mine().update(state=self.State.HANDLED, handled_at=now) == 1

    def put_off(self, *, until: datetime, error: str) -> None:
        """Let the message wait after its handler failed."""
        self._mine().update(available_at=until, last_error=error)

    def park(self, *, error: str) -> None:
        """Give the message up until somebody replays it."""
        self._mine().update(state=self.State.DEAD, last_error=error)

    def _mine(self) -> "models.QuerySet[InboxMessage]":
        """This row, as long as it is not handled, nor taken by somebody else since."""
        rows = InboxMessage.objects.using(self._state.db)
        return rows.filter(pk=self.pk, state=self.State.PENDING, attempts=self.attempts)
