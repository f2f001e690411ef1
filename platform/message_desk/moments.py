"""What happened to messages, as their rows tell: one moment for each sending, handling and mending."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from building_blocks.messaging.models import InboxMessage, OutboxMessage
from building_blocks.messaging.subscriptions import receivers_of
from message_desk.models import Mending


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """
    :param at: when it happened; of what is not handled yet, when it was received.
    :param what: sent, handled, waiting, failing, dead, discarded; replayed or parked, by somebody.
    :param name: the message's type, or its handler.
    :param way: from sending to receiving.
    :param waited: from receiving to the try that had the effect; how long that ran, metrics and traces know.
    :param note: what somebody should know of it, such as an error.
    :param row: the key of its row in the box; none, where it is about no single row.
    """

    at: datetime
    context: str
    what: str
    name: str
    message_id: UUID
    way: timedelta | None = None
    waited: timedelta | None = None
    note: str = ""
    box: str = ""
    row: int | None = None


def of(
    *, sent: Iterable[OutboxMessage], received: Iterable[InboxMessage], mended: Iterable[Mending] = ()
) -> list[Moment]:
    """Return the moments of these rows, the earliest first."""
    found = [*map(sending, sent), *map(handling, received), *map(_mending, mended)]
    return sorted(found, key=lambda moment: moment.at)


def sending(row: OutboxMessage) -> Moment:
    return Moment(
        at=row.occurred_at,
        context=_context(row),
        what=row.state if row.state in ("dead", "discarded") else "sent",
        name=row.type,
        message_id=row.message_id,
        note=_of_sending(row),
        box="outbox",
        row=row.pk,
    )


def handling(row: InboxMessage) -> Moment:
    return Moment(
        at=row.handled_at or row.received_at,
        context=_context(row),
        what=("failing" if row.last_error else "waiting") if row.state == "pending" else row.state,
        name=row.handler.partition(".")[2] or row.handler,
        message_id=row.message_id,
        way=row.received_at - row.occurred_at,
        waited=row.handled_at - row.received_at if row.handled_at else None,
        note=_of_handling(row),
        box="inbox",
        row=row.pk,
    )


def _mending(row: Mending) -> Moment:
    name = row.handler.partition(".")[2] or "in the outbox"
    return Moment(
        at=row.at, context=_context(row), what=row.what, name=name, message_id=row.message_id, note=row.in_words
    )


def _context(row: Any) -> str:
    return next(context for context, alias in settings.CONTEXTS.items() if alias == row._state.db)


def _of_sending(row: OutboxMessage) -> str:
    if row.state == "done":
        return ""
    if row.state in ("dead", "discarded"):
        return row.last_error
    if row.state == "pending" and row.available_at > timezone.now():
        return f"held back until {_clock(row.available_at)}"
    return f"not yet confirmed by {', '.join(sorted(receivers_of(row.type) - set(row.confirmed_by)))}"


def _of_handling(row: InboxMessage) -> str:
    if not row.last_error:
        return ""
    tries = f"{row.attempts} {'try' if row.attempts == 1 else 'tries'}"
    if row.state == "pending":
        return f"{tries}, the next at {_clock(row.available_at)}: {row.last_error}"
    if row.state == "handled":
        return f"{tries}; before: {row.last_error}"
    return f"{tries}: {row.last_error}"


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M:%S}"
