"""The timeline of messages, built from their rows: an entry for each sending, handling and intervention."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from message_console.models import Intervention
from messaging.models import InboxMessage, OutboxMessage
from messaging.subscriptions import receivers_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """
    One thing that happened to a message.

    :param at: when it happened; for a message that is not handled yet, when it was received.
    :param what: sent, handled, waiting, failing, dead, discarded; replayed or parked, by an operator.
    :param name: the message's type, or its handler.
    :param transit: from sending to receiving.
    :param waited: from receiving to the try that succeeded; metrics and traces have the duration of the try itself.
    :param detail: further information for an operator, such as the last error.
    :param row: the primary key of its row in the queue; None for an intervention.
    """

    at: datetime
    context: str
    what: str
    name: str
    message_id: UUID
    transit: timedelta | None = None
    waited: timedelta | None = None
    detail: str = ""
    queue: str = ""
    row: int | None = None


def entries_of(
    *, sent: Iterable[OutboxMessage], received: Iterable[InboxMessage], interventions: Iterable[Intervention] = ()
) -> list[TimelineEntry]:
    """Return the entries of these rows, the earliest first."""
    entries = [*map(sent_entry, sent), *map(handled_entry, received), *map(_intervention_entry, interventions)]
    return sorted(entries, key=lambda entry: entry.at)


def sent_entry(row: OutboxMessage) -> TimelineEntry:
    return TimelineEntry(
        at=row.occurred_at,
        context=_context(row),
        what=row.state if row.state in ("dead", "discarded") else "sent",
        name=row.type,
        message_id=row.message_id,
        detail=_sent_detail(row),
        queue="outbox",
        row=row.pk,
    )


def handled_entry(row: InboxMessage) -> TimelineEntry:
    return TimelineEntry(
        at=row.handled_at or row.received_at,
        context=_context(row),
        what=("failing" if row.last_error else "waiting") if row.state == "pending" else row.state,
        name=row.handler.partition(".")[2] or row.handler,
        message_id=row.message_id,
        transit=row.received_at - row.occurred_at,
        waited=row.handled_at - row.received_at if row.handled_at else None,
        detail=_handled_detail(row),
        queue="inbox",
        row=row.pk,
    )


def _intervention_entry(row: Intervention) -> TimelineEntry:
    name = row.handler.partition(".")[2] or "in the outbox"
    return TimelineEntry(
        at=row.at, context=_context(row), what=row.what, name=name, message_id=row.message_id, detail=row.summary
    )


def _context(row: Any) -> str:
    return next(context for context, alias in settings.CONTEXTS.items() if alias == row._state.db)


def _sent_detail(row: OutboxMessage) -> str:
    if row.state == "done":
        return ""
    if row.state in ("dead", "discarded"):
        return row.last_error
    if row.state == "pending" and row.available_at > timezone.now():
        return f"held back until {_time_of_day(row.available_at)}"
    return f"not yet acknowledged by {', '.join(sorted(receivers_of(row.type) - set(row.acknowledged_by)))}"


def _handled_detail(row: InboxMessage) -> str:
    if not row.last_error:
        return ""
    tries = f"{row.attempts} {'try' if row.attempts == 1 else 'tries'}"
    if row.state == "pending":
        return f"{tries}, the next at {_time_of_day(row.available_at)}: {row.last_error}"
    if row.state == "handled":
        return f"{tries}; before: {row.last_error}"
    return f"{tries}: {row.last_error}"


def _time_of_day(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M:%S}"
