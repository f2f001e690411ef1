"""
How many messages wait, and for how long, for Prometheus: read from the tables when it asks, by whichever process.

What a process does is counted where it is done.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from building_blocks.databases.asking import ask_databases


class Unfinished(NamedTuple):
    """
    The messages of a context that wait or were given up.

    :param name: their type in an outbox, their handler in an inbox.
    :param oldest: seconds since the first of those that wait was sent (outbox), or became due (inbox).
    """

    box: str
    name: str
    waiting: int
    oldest: float
    dead: int


# By partial indexes: what is done is never looked at. A message that is held back until its time is not late before it.
READ_BOXES = """
    SELECT coalesce(json_agg(json_build_array(box, name, waiting, oldest, dead)), '[]') FROM (
        SELECT box, name, sum(waiting) AS waiting, max(oldest) AS oldest, sum(dead) AS dead FROM (
            SELECT 'outbox', type, count(*), extract(epoch FROM now() - min(occurred_at)), 0
                FROM messaging_outboxmessage
                WHERE state IN ('pending', 'sent') AND (available_at <= now() OR attempts > 0) GROUP BY type
            UNION ALL SELECT 'inbox', handler, count(*), extract(epoch FROM now() - least(min(available_at), now())), 0
                FROM messaging_inboxmessage WHERE state = 'pending' GROUP BY handler
            UNION ALL SELECT 'outbox', type, 0, 0, count(*)
                FROM messaging_outboxmessage WHERE state = 'dead' GROUP BY type
            UNION ALL SELECT 'inbox', handler, 0, 0, count(*)
                FROM messaging_inboxmessage WHERE state = 'dead' GROUP BY handler
        ) AS parts (box, name, waiting, oldest, dead) GROUP BY box, name
    ) AS unfinished
"""


class MessageFigures(Collector):
    """Reads each context's outbox and inbox; where a database is away, its figures are missing and it is not up."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        answers = ask_databases(READ_BOXES, settings.CONTEXTS.values())
        up = _gauge("markethall_database_up", "Whether the context's database answers.")
        read: dict[str, list[Unfinished]] = {}
        for context, alias in settings.CONTEXTS.items():
            answer = answers[alias]
            up.add_metric([context], answer is not None)
            if answer is not None:
                read[context] = [Unfinished(*values) for values in answer[0]]
        yield up
        yield from _of_contexts(read)
        yield from _of_each(read)


def _of_contexts(read: dict[str, list[Unfinished]]) -> Iterator[GaugeMetricFamily]:
    waiting = {
        "outbox": _gauge("markethall_outbox_pending", "Messages that are due and not yet confirmed."),
        "inbox": _gauge("markethall_inbox_pending", "Messages that are not handled yet."),
    }
    oldest = {
        "outbox": _gauge("markethall_outbox_oldest_seconds", "Age of the oldest of them."),
        "inbox": _gauge("markethall_inbox_oldest_due_seconds", "How long the oldest of them has been due."),
    }
    dead = _gauge("markethall_messages_dead", "Messages that were given up.", "box")
    for context, found in read.items():
        for box in ("outbox", "inbox"):
            here = [unfinished for unfinished in found if unfinished.box == box]
            waiting[box].add_metric([context], sum(one.waiting for one in here))
            oldest[box].add_metric([context], max((one.oldest for one in here), default=0))
            dead.add_metric([context, box], sum(one.dead for one in here))
    yield from (*waiting.values(), *oldest.values(), dead)


def _of_each(read: dict[str, list[Unfinished]]) -> Iterator[GaugeMetricFamily]:
    """Tell the same by type and by handler, of those alone that have any."""
    by = ("box", "name")
    waiting = _gauge("markethall_unfinished_waiting", "Messages that wait: by type (outbox), by handler (inbox).", *by)
    oldest = _gauge("markethall_unfinished_oldest_seconds", "How long the oldest of them has waited.", *by)
    dead = _gauge("markethall_unfinished_dead", "Messages that were given up, likewise.", *by)
    for context, found in read.items():
        for one in found:
            waiting.add_metric([context, one.box, one.name], one.waiting)
            oldest.add_metric([context, one.box, one.name], one.oldest)
            dead.add_metric([context, one.box, one.name], one.dead)
    yield from (waiting, oldest, dead)


def _gauge(name: str, what: str, *more_labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, what, labels=["context", *more_labels])
