"""
Changing the fate of messages by hand: another try, no further try, or none ever again.

Each change commits with a `Mending` for each message, which says who did it, when and why.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, F, QuerySet, TextField, Value, When

from building_blocks.db import Database
from building_blocks.messaging.dispatcher import Box, wake
from building_blocks.messaging.models import InboxMessage, OutboxMessage
from building_blocks.messaging.standstill import let_go
from building_blocks.text import fault_of
from message_desk.models import Mending

Rows = QuerySet[OutboxMessage] | QuerySet[InboxMessage]
Stored = OutboxMessage | InboxMessage

MOST_AT_ONCE = 1000  # rows that one transaction locks


LONGEST_REASON = 500  # characters


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
    return _mend(context, rows.filter(state="dead"), Mending.What.REPLAYED, again, who=who, why=why, now=now)


def park(context: str, rows: Rows, *, who: str, why: str, now: datetime) -> list[Stored]:
    """
    Give up those of these messages that are under way: they are dead, and tried no more until somebody replays them.

    :param rows: of the context's outbox or inbox.
    :return: the messages that were given up. What its handler is at just now may still be finished instead.
    :raises ReasonMissing: nobody says why.
    :raises ReasonUnusable: the reason is too long, or holds what nobody sees.
    """
    _demand(why)
    error = Case(When(last_error="", then=Value("parked by hand")), default=F("last_error"), output_field=TextField())
    under_way = rows.filter(state__in=rows.model.UNDER_WAY)
    dead = {"state": "dead", "last_error": error}
    return _mend(context, under_way, Mending.What.PARKED, dead, who=who, why=why, now=now)


def discard(context: str, rows: Rows, *, who: str, why: str, now: datetime) -> list[Stored]:
    """
    Put those of these messages that are dead out of sight for good; their rows stay, for the story.

    :param rows: of the context's outbox or inbox.
    :return: the messages that were discarded.
    :raises ReasonMissing: nobody says why.
    :raises ReasonUnusable: the reason is too long, or holds what nobody sees.
    """
    _demand(why)
    gone = {"state": "discarded"}
    return _mend(context, rows.filter(state="dead"), Mending.What.DISCARDED, gone, who=who, why=why, now=now)


def _mend(
    context: str, rows: Rows, what: Mending.What, change: dict[str, Any], *, who: str, why: str, now: datetime
) -> list[Stored]:
    """Change these rows, a batch in each transaction: whoever waits for one of them waits for a moment."""
    _check(why)
    database, mended = Database(settings.CONTEXTS[context]), list[Any]()
    box: Box = "outbox" if rows.model is OutboxMessage else "inbox"
    table: Any = rows.model._base_manager.using(database.alias)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), MOST_AT_ONCE):
        with database.atomic():
            batch = rows.filter(pk__in=keys[first : first + MOST_AT_ONCE])
            chosen = list(batch.order_by("pk").select_for_update())
            table.filter(pk__in=[row.pk for row in chosen]).update(**change)
            Mending.objects.using(database.alias).bulk_create(
                Mending(
                    at=now,
                    who=who,
                    what=what,
                    why=why.strip(),
                    message_id=row.message_id,
                    subject=row.subject,
                    handler=getattr(row, "handler", ""),
                )
                for row in chosen
            )
            let_go(chosen, now=now)
            database.on_commit(lambda: wake(context, box))
        mended += chosen
    return mended


def _demand(why: str) -> None:
    if not why.strip():
        raise ReasonMissing("say why: whoever looks into it later needs to know")


def _check(why: str) -> None:
    if len(why) > LONGEST_REASON:
        raise ReasonUnusable(f"A reason has at most {LONGEST_REASON} characters.")
    if fault := fault_of(why):
        raise ReasonUnusable(fault)
