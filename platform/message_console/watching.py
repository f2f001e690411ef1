"""Watching the queues: each poll returns what has changed since the previous poll."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import OperationalError, connections
from django.db.models import Max, Q

from message_console.timeline import TimelineEntry, handled_entry, sent_entry
from messaging.models import InboxMessage, OutboxMessage

WINDOW = 100  # rows back from the newest: a row that commits late has a lower id than rows seen before
MAX_WATCHED = 1000  # unfinished rows of each queue that are watched from the start


class Watch:
    """The state of one queue at the last poll: the highest id, and an entry for each recent or unsettled row."""

    def __init__(self, context: str, table: type[Any]) -> None:
        self.context = context
        self._rows = table._default_manager.using(settings.CONTEXTS[context])
        self._entry_of = sent_entry if table is OutboxMessage else handled_entry
        self._newest: int = self._rows.aggregate(newest=Max("pk"))["newest"] or 0
        unfinished = self._rows.filter(state__in=table.CLAIMABLE).order_by("-pk")
        self._unsettled: list[int] = list(unfinished.values_list("pk", flat=True)[:MAX_WATCHED])
        self._seen: dict[int, TimelineEntry] = {}
        self.poll()

    def poll(self) -> list[TimelineEntry]:
        """Return the entries that are new or changed since the previous poll, or since the watch began."""
        recent, unsettled = Q(pk__gt=self._newest - WINDOW), Q(pk__in=self._unsettled)
        rows = list(self._rows.filter(recent | unsettled).order_by("pk"))
        self._unsettled = [row.pk for row in rows if row.state in row.CLAIMABLE]
        before, self._seen = self._seen, {row.pk: self._entry_of(row) for row in rows}
        self._newest = max([self._newest, *self._seen])
        return [entry for pk, entry in self._seen.items() if pk not in before or _changed(entry, before[pk])]


def watches() -> list[Watch]:
    """
    Return a watch of every queue, which starts now.

    :raises OperationalError: a database does not answer.
    """
    return [Watch(context, table) for context in settings.CONTEXTS for table in (OutboxMessage, InboxMessage)]


def poll(watched: Iterable[Watch]) -> tuple[list[TimelineEntry], list[str]]:
    """Return the new entries of all queues, the earliest first, and the contexts that are unavailable."""
    entries, unavailable = list[TimelineEntry](), list[str]()
    for watch in watched:
        if watch.context in unavailable:
            continue
        try:
            entries += watch.poll()
        except OperationalError:
            connections[settings.CONTEXTS[watch.context]].close()
            unavailable.append(watch.context)
    return sorted(entries, key=lambda entry: entry.at), unavailable


def _changed(entry: TimelineEntry, before: TimelineEntry) -> bool:
    """Return whether the state has changed, or the message has failed again. An acknowledgement is no change."""
    return entry.what != before.what or (entry.what == "failing" and entry.detail != before.detail)
