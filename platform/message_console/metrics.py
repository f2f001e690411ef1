"""
How many messages wait, and for how long, for Prometheus: read from the tables when it asks, by whichever process.

What a process does is counted where it is done.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from building_blocks.databases.query_all import query_all


class Backlog(NamedTuple):
    """
    The messages of a context that wait or were given up.

    :param name: their type in an outbox, their handler in an inbox.
    :param oldest: seconds since the first of those that wait was sent (outbox), or became due (inbox).
    """

    queue: str
    name: str
    waiting: int
    oldest: float
    dead: int


# By partial indexes: what is done is never looked at. A message that is held back until its time is not late before it.
READ_QUEUES = """
    SELECT coalesce(json_agg(json_build_array(queue, name, waiting, oldest, dead)), '[]') FROM (
        SELECT queue, name, sum(waiting) AS waiting, max(oldest) AS oldest, sum(dead) AS dead FROM (
            SELECT 'outbox', type, count(*), extract(epoch FROM now() - min(occurred_at)), 0
                FROM messaging_outboxmessage
                WHERE state IN ('pending', 'sent') AND (available_at <= now() OR attempts > 0) GROUP BY type
            UNION ALL SELECT 'inbox', handler, count(*), extract(epoch FROM now() - least(min(available_at), now())), 0
                FROM messaging_inboxmessage WHERE state = 'pending' GROUP BY handler
            UNION ALL SELECT 'outbox', type, 0, 0, count(*)
                FROM messaging_outboxmessage WHERE state = 'dead' GROUP BY type
            UNION ALL SELECT 'inbox', handler, 0, 0, count(*)
                FROM messaging_inboxmessage WHERE state = 'dead' GROUP BY handler
        ) AS parts (queue, name, waiting, oldest, dead) GROUP BY queue, name
    ) AS unfinished
"""


class MessageMetrics(Collector):
    """Reads each context's outbox and inbox; where a database is away, its figures are missing and it is not up."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        answers = query_all(READ_QUEUES, settings.CONTEXTS.values())
        up = _gauge("markethall_database_up", "Whether the context's database answers.")
        backlogs_by_context: dict[str, list[Backlog]] = {}
        for context, alias in settings.CONTEXTS.items():
            answer = answers[alias]
            up.add_metric([context], answer is not None)
            if answer is not None:
                backlogs_by_context[context] = [Backlog(*values) for values in answer[0]]
        yield up
        yield from _per_context(backlogs_by_context)
        yield from _per_type_or_handler(backlogs_by_context)


def _per_context(backlogs_by_context: dict[str, list[Backlog]]) -> Iterator[GaugeMetricFamily]:
    waiting = {
        "outbox": _gauge("markethall_outbox_pending", "Messages that are due and not yet confirmed."),
        "inbox": _gauge("markethall_inbox_pending", "Messages that are not handled yet."),
    }
    oldest = {
        "outbox": _gauge("markethall_outbox_oldest_seconds", "Age of the oldest of them."),
        "inbox": _gauge("markethall_inbox_oldest_due_seconds", "How long the oldest of them has been due."),
    }
    dead = _gauge("markethall_messages_dead", "Messages that were given up.", "queue")
    for context, backlogs in backlogs_by_context.items():
        for queue in ("outbox", "inbox"):
            here = [backlog for backlog in backlogs if backlog.queue == queue]
            waiting[queue].add_metric([context], sum(backlog.waiting for backlog in here))
            oldest[queue].add_metric([context], max((backlog.oldest for backlog in here), default=0))
            dead.add_metric([context, queue], sum(backlog.dead for backlog in here))
    yield from (*waiting.values(), *oldest.values(), dead)


def _per_type_or_handler(backlogs_by_context: dict[str, list[Backlog]]) -> Iterator[GaugeMetricFamily]:
    """Tell the same by type and by handler, of those alone that have any."""
    by = ("queue", "name")
    waiting = _gauge("markethall_unfinished_waiting", "Messages that wait: by type (outbox), by handler (inbox).", *by)
    oldest = _gauge("markethall_unfinished_oldest_seconds", "How long the oldest of them has waited.", *by)
    dead = _gauge("markethall_unfinished_dead", "Messages that were given up, likewise.", *by)
    for context, backlogs in backlogs_by_context.items():
        for backlog in backlogs:
            waiting.add_metric([context, backlog.queue, backlog.name], backlog.waiting)
            oldest.add_metric([context, backlog.queue, backlog.name], backlog.oldest)
            dead.add_metric([context, backlog.queue, backlog.name], backlog.dead)
    yield from (waiting, oldest, dead)


def _gauge(name: str, description: str, *more_labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, description, labels=["context", *more_labels])
