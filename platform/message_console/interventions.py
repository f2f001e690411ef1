"""
Interventions of operators: replay, park and discard messages.

Each change commits together with an `Intervention` for each message, which records who did it, when and why.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, F, QuerySet, TextField, Value, When

from building_blocks.databases.transactions import Database
from building_blocks.text import text_error
from message_console.models import Intervention
from messaging.blocking import release_blocked
from messaging.dispatcher import Queue, wake
from messaging.models import InboxMessage, OutboxMessage

Rows = QuerySet[OutboxMessage] | QuerySet[InboxMessage]
Stored = OutboxMessage | InboxMessage

BATCH = 1000  # rows that one transaction locks


MAX_REASON_LENGTH = 500  # characters


class ReasonMissing(ValueError):
    """Raised if messages are to be parked or discarded without a reason."""


class ReasonUnusable(ValueError):
    """Raised if a reason is too long, or contains invisible characters."""


def replay(context: str, rows: Rows, *, who: str, why: str = "", now: datetime) -> list[Stored]:
    """
    Make those of these messages that are dead due at once, as if they had never failed.

    :param rows: of the context's outbox or inbox.
    :return: the messages that will be tried again.
    :raises ReasonUnusable: the reason is too long, or contains invisible characters.
    """
    pending = {"state": "pending", "available_at": now, "attempts": 0}
    return _intervene(
        context, rows.filter(state="dead"), Intervention.What.REPLAYED, pending, who=who, why=why, now=now
    )


def park(context: str, rows: Rows, *, who: str, why: str, now: datetime) -> list[Stored]:
    """
    Mark those of these messages that are pending or sent as dead: they are not tried again until a replay.

    :param rows: of the context's outbox or inbox.
    :return: the messages that were parked. A handler that is running now may still finish its message instead.
    :raises ReasonMissing: the reason is empty.
    :raises ReasonUnusable: the reason is too long, or contains invisible characters.
    """
    _require_reason(why)
    error = Case(When(last_error="", then=Value("parked by hand")), default=F("last_error"), output_field=TextField())
    claimable = rows.filter(state__in=rows.model.CLAIMABLE)
    dead = {"state": "dead", "last_error": error}
    return _intervene(context, claimable, Intervention.What.PARKED, dead, who=who, why=why, now=now)


def discard(context: str, rows: Rows, *, who: str, why: str, now: datetime) -> list[Stored]:
    """
    Discard those of these messages that are dead, for good. Their rows stay, so that histories are complete.

    :param rows: of the context's outbox or inbox.
    :return: the messages that were discarded.
    :raises ReasonMissing: the reason is empty.
    :raises ReasonUnusable: the reason is too long, or contains invisible characters.
    """
    _require_reason(why)
    discarded = {"state": "discarded"}
    return _intervene(
        context, rows.filter(state="dead"), Intervention.What.DISCARDED, discarded, who=who, why=why, now=now
    )


def _intervene(
    context: str, rows: Rows, what: Intervention.What, change: dict[str, Any], *, who: str, why: str, now: datetime
) -> list[Stored]:
    """Change these rows, a batch in each transaction, so that no row is locked for long."""
    _check_reason(why)
    database, changed = Database(settings.CONTEXTS[context]), list[Any]()
    queue: Queue = "outbox" if rows.model is OutboxMessage else "inbox"
    table: Any = rows.model._base_manager.using(database.alias)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), BATCH):
        with database.atomic():
            batch = rows.filter(pk__in=keys[first : first + BATCH])
            locked = list(batch.order_by("pk").select_for_update())
            table.filter(pk__in=[row.pk for row in locked]).update(**change)
            Intervention.objects.using(database.alias).bulk_create(
                Intervention(
                    at=now,
                    who=who,
                    what=what,
                    why=why.strip(),
                    message_id=row.message_id,
                    subject=row.subject,
                    handler=getattr(row, "handler", ""),
                )
                for row in locked
            )
            release_blocked(locked, now=now)
            database.on_commit(lambda: wake(context, queue))
        changed += locked
    return changed


def _require_reason(why: str) -> None:
    if not why.strip():
        raise ReasonMissing("a reason is required: operators read it later")


def _check_reason(why: str) -> None:
    if len(why) > MAX_REASON_LENGTH:
        raise ReasonUnusable(f"A reason has at most {MAX_REASON_LENGTH} characters.")
    if fault := text_error(why):
        raise ReasonUnusable(fault)
