"""
Changing the fate of messages by hand: another try, no further try, or none ever again.

Each change commits with a `Intervention` for each message, which says who did it, when and why.
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
    """Raised where somebody parks or discards messages and does not say why."""


class ReasonUnusable(ValueError):
    """Raised where a reason is too long, or holds what nobody sees."""


def replay(context: str, rows: Rows, *, who: str, why: str = "", now: datetime) -> list[Stored]:
    """
    Let those of these messages that are dead be taken again at once, as if they had never failed.

    :param rows: of the context's outbox or inbox.
    :return: the messages that will be tried again.
    :raises ReasonUnusable: the reason is too long, or holds what nobody sees.
    """
    again = {"state": "pending", "available_at": now, "attempts": 0}
    return _intervene(context, rows.filter(state="dead"), Intervention.What.REPLAYED, again, who=who, why=why, now=now)


def park(context: str, rows: Rows, *, who: str, why: str, now: datetime) -> list[Stored]:
    """
    Give up those of these messages that are under way: they are dead, and tried no more until somebody replays them.

    :param rows: of the context's outbox or inbox.
    :return: the messages that were given up. What its handler is at just now may still be finished instead.
    :raises ReasonMissing: nobody says why.
    :raises ReasonUnusable: the reason is too long, or holds what nobody sees.
    """
    _require_reason(why)
    error = Case(When(last_error="", then=Value("parked by hand")), default=F("last_error"), output_field=TextField())
    under_way = rows.filter(state__in=rows.model.UNDER_WAY)
    dead = {"state": "dead", "last_error": error}
    return _intervene(context, under_way, Intervention.What.PARKED, dead, who=who, why=why, now=now)


def discard(context: str, rows: Rows, *, who: str, why: str, now: datetime) -> list[Stored]:
    """
    Put those of these messages that are dead out of sight for good; their rows stay, for the story.

    :param rows: of the context's outbox or inbox.
    :return: the messages that were discarded.
    :raises ReasonMissing: nobody says why.
    :raises ReasonUnusable: the reason is too long, or holds what nobody sees.
    """
    _require_reason(why)
    gone = {"state": "discarded"}
    return _intervene(context, rows.filter(state="dead"), Intervention.What.DISCARDED, gone, who=who, why=why, now=now)


def _intervene(
    context: str, rows: Rows, what: Intervention.What, change: dict[str, Any], *, who: str, why: str, now: datetime
) -> list[Stored]:
    """Change these rows, a batch in each transaction: whoever waits for one of them waits for a moment."""
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
        raise ReasonMissing("say why: whoever looks into it later needs to know")


def _check_reason(why: str) -> None:
    if len(why) > MAX_REASON_LENGTH:
        raise ReasonUnusable(f"A reason has at most {MAX_REASON_LENGTH} characters.")
    if fault := text_error(why):
        raise ReasonUnusable(fault)
