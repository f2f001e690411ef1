"""
How many messages wait, and for how long, for Prometheus: read from the tables when it asks, by whichever process.

What a process does is counted where it is done.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from gateway.readiness import ask_databases


class Boxes(NamedTuple):
    outbox_pending: int
    outbox_oldest: float
    inbox_pending: int
    inbox_oldest: float
    outbox_dead: int
    inbox_dead: int


# By partial indexes: what is done is never looked at. A message that is held back until its time is not late before it.
READ_BOXES = """
    SELECT outbox.*, inbox.*, (SELECT count(*) FROM messaging_outboxmessage WHERE state = 'dead'),
        (SELECT count(*) FROM messaging_inboxmessage WHERE state = 'dead')
    FROM (SELECT count(*), coalesce(extract(epoch FROM now() - min(occurred_at)), 0)::float
            FROM messaging_outboxmessage
            WHERE state IN ('pending', 'sent') AND (available_at <= now() OR attempts > 0)) AS outbox,
        (SELECT count(*), coalesce(extract(epoch FROM now() - least(min(available_at), now())), 0)::float
            FROM messaging_inboxmessage WHERE state = 'pending') AS inbox
"""


class MessageFigures(Collector):
    """Reads each context's outbox and inbox; where a database is away, its figures are missing and it is not up."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = _gauge("markethall_database_up", "Whether the context's database answers.")
        waiting = {
            "outbox_pending": _gauge("markethall_outbox_pending", "Messages that are due and not yet confirmed."),
            "outbox_oldest": _gauge("markethall_outbox_oldest_seconds", "Age of the oldest of them."),
            "inbox_pending": _gauge("markethall_inbox_pending", "Messages that are not handled yet."),
            "inbox_oldest": _gauge("markethall_inbox_oldest_due_seconds", "How long the oldest of them has been due."),
        }
        dead = _gauge("markethall_messages_dead", "Messages that were given up.", "box")
        rows = ask_databases(READ_BOXES, settings.CONTEXTS.values())
        for context, alias in settings.CONTEXTS.items():
            row = rows[alias]
            up.add_metric([context], row is not None)
            if row is None:
                continue
            boxes = Boxes(*row)
            for name, gauge in waiting.items():
                gauge.add_metric([context], getattr(boxes, name))
            dead.add_metric([context, "outbox"], boxes.outbox_dead)
            dead.add_metric([context, "inbox"], boxes.inbox_dead)
        yield from (up, *waiting.values(), dead)


def _gauge(name: str, what: str, *more_labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, what, labels=["context", *more_labels])
