"""What happens to messages just now: each look tells what is new in the boxes since the last."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import OperationalError, connections
from django.db.models import Max, Q

from building_blocks.messaging.models import InboxMessage, OutboxMessage
from message_desk.moments import Moment, handling, sending

WINDOW = 100  # rows back from the newest: one that commits late has a lower id than others seen before
MOST_WATCHED = 1000  # rows that are under way already when somebody begins to look


class Watch:
    """What was seen of one box: the highest id, and of each row that is recent or unsettled what became of it."""

    def __init__(self, context: str, table: type[Any]) -> None:
        self.context = context
        self._rows = table._default_manager.using(settings.CONTEXTS[context])
        self._tell = sending if table is OutboxMessage else handling
        self._newest: int = self._rows.aggregate(newest=Max("pk"))["newest"] or 0
        under_way = self._rows.filter(state__in=table.UNDER_WAY).order_by("-pk")
        self._unsettled: list[int] = list(under_way.values_list("pk", flat=True)[:MOST_WATCHED])
        self._seen: dict[int, Moment] = {}
        self.look()

    def look(self) -> list[Moment]:
        """Return what has happened since the last look, or since the watch began."""
        recent, unsettled = Q(pk__gt=self._newest - WINDOW), Q(pk__in=self._unsettled)
        rows = list(self._rows.filter(recent | unsettled).order_by("pk"))
        self._unsettled = [row.pk for row in rows if row.state in row.UNDER_WAY]
        before, self._seen = self._seen, {row.pk: self._tell(row) for row in rows}
        self._newest = max([self._newest, *self._seen])
        return [moment for pk, moment in self._seen.items() if pk not in before or _has_news(moment, before[pk])]


def watches() -> list[Watch]:
    """
    Begin to watch every box.

    :raises OperationalError: a database does not answer.
    """
    return [Watch(context, table) for context in settings.CONTEXTS for table in (OutboxMessage, InboxMessage)]


def look(watched: Iterable[Watch]) -> tuple[list[Moment], list[str]]:
    """Return what has happened since the last look, the earliest first, and the contexts that are away."""
    found, away = list[Moment](), list[str]()
    for watch in watched:
        if watch.context in away:
            continue
        try:
            found += watch.look()
        except OperationalError:
            connections[settings.CONTEXTS[watch.context]].close()
            away.append(watch.context)
    return sorted(found, key=lambda moment: moment.at), away


def _has_news(moment: Moment, before: Moment) -> bool:
    """Tell what changed what it is, or failed again; that a message was confirmed is no news by itself."""
    return moment.what != before.what or (moment.what == "failing" and moment.note != before.note)
