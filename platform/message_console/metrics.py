"""
Prometheus metrics of the queues: how many messages wait, how long, and how many are dead.

They are read from the tables when Prometheus asks, so each process returns the same. Counters of a process's own work
are in the module that does the work.
"""

from collections.abc import Iterator

from django.conf import settings
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from message_console.queue_sql import Counts, read_queues

UnfinishedByContext = dict[str, list[Counts]]


class QueueMetrics(Collector):
    """Reads the queues of each context. A database that does not answer has no metrics, and is reported as not up."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        counts_by_context = read_queues(settings.CONTEXTS)
        up = _gauge("markethall_database_up", "Whether the context's database answers.")
        for context, counts in counts_by_context.items():
            up.add_metric([context], counts is not None)
        yield up
        unfinished = {context: counts.unfinished for context, counts in counts_by_context.items() if counts}
        yield from _per_context(unfinished)
        yield from _per_type_or_handler(unfinished)


def _per_context(unfinished: UnfinishedByContext) -> Iterator[GaugeMetricFamily]:
    waiting = {
        "outbox": _gauge("markethall_outbox_pending", "Messages that are due and not yet acknowledged."),
        "inbox": _gauge("markethall_inbox_pending", "Messages that are not handled yet."),
    }
    oldest = {
        "outbox": _gauge("markethall_outbox_oldest_seconds", "Age of the oldest of them."),
        "inbox": _gauge("markethall_inbox_oldest_due_seconds", "How long the oldest of them has been due."),
    }
    dead = _gauge("markethall_messages_dead", "Dead messages.", "queue")
    for context, counts in unfinished.items():
        for queue in ("outbox", "inbox"):
            here = [each for each in counts if each.queue == queue]
            waiting[queue].add_metric([context], sum(each.waiting for each in here))
            oldest[queue].add_metric([context], max(map(_oldest, here), default=0))
            dead.add_metric([context, queue], sum(each.dead for each in here))
    yield from (*waiting.values(), *oldest.values(), dead)


def _per_type_or_handler(unfinished: UnfinishedByContext) -> Iterator[GaugeMetricFamily]:
    """Yield the same metrics by type and by handler, if these have waiting or dead messages."""
    by = ("queue", "name")
    waiting = _gauge("markethall_unfinished_waiting", "Messages that wait: by type (outbox), by handler (inbox).", *by)
    oldest = _gauge("markethall_unfinished_oldest_seconds", "How long the oldest of them has waited.", *by)
    dead = _gauge("markethall_unfinished_dead", "Dead messages, likewise.", *by)
    for context, counts in unfinished.items():
        for each in counts:
            if each.waiting or each.dead:
                waiting.add_metric([context, each.queue, each.name], each.waiting)
                oldest.add_metric([context, each.queue, each.name], _oldest(each))
                dead.add_metric([context, each.queue, each.name], each.dead)
    yield from (waiting, oldest, dead)


def _oldest(counts: Counts) -> float:
    """Return the age in an outbox and the lag in an inbox, where a message that failed waits until its next try."""
    return counts.age if counts.queue == "outbox" else counts.lag


def _gauge(name: str, description: str, *more_labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, description, labels=["context", *more_labels])
