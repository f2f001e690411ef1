"""
A dead message blocks later messages of the same ordering key: they are deferred, so that no claim has to check them.

Only an operator can unblock them, by replaying or discarding the dead message: then they are due at once. For the rest
of this package, deferred messages are messages that are not due.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from building_blocks.databases.transactions import Database
from messaging.models import InboxMessage, OutboxMessage, StoredMessage

DEFER_FOR = timedelta(hours=1)
BATCH = 1000  # dead messages


def defer_blocked(context: str, *, now: datetime) -> None:
    """Defer the due messages of this context that a dead message blocks, by an hour."""
    database = Database(settings.CONTEXTS[context])
    for queue in (OutboxMessage, InboxMessage):
        waiting, dead = (_in_order(queue, database.alias, state) for state in ("pending", "dead"))
        behind = Exists(waiting.filter(subject=OuterRef("subject"), pk__gt=OuterRef("pk"), available_at__lte=now))
        with database.atomic():
            # Locked, so that no intervention changes the dead messages meanwhile.
            subjects = dead.filter(behind).select_for_update(skip_locked=True).values_list("subject", flat=True)
            ahead = Exists(dead.filter(subject=OuterRef("subject"), pk__lt=OuterRef("pk")))
            due = waiting.filter(ahead, subject__in=list(subjects[:BATCH]), available_at__lte=now)
            due.update(available_at=now + DEFER_FOR)


def release_blocked(rows: Iterable[StoredMessage], *, now: datetime) -> None:
    """Make due at once the messages that these rows of one queue have blocked until now."""
    in_order = [row for row in rows if row.in_order]
    if in_order:
        waiting = _in_order(type(in_order[0]), str(in_order[0]._state.db), "pending")
        waiting.filter(subject__in={row.subject for row in in_order}).update(available_at=now)


def _in_order(queue: type[StoredMessage], alias: str, state: str) -> "QuerySet[Any]":
    rows: QuerySet[Any] = queue._default_manager.using(alias)
    return rows.filter(in_order=True, state=state)
