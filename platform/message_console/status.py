"""The state of each queue: one query for each context, which reads no finished messages."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from message_console.queue_sql import ContextCounts, Queue, read_queues


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """
    The counts of one queue; `queue_sql.Counts` defines each of them.

    :param stored: the approximate number of messages in the table, by Postgres's statistics.
    """

    waiting: int
    held_back: int
    failing: int
    dead: int
    age: timedelta
    lag: timedelta
    stored: int

    def durations(self) -> dict[str, timedelta]:
        return {"age": self.age, "lag": self.lag}


@dataclass(frozen=True, slots=True)
class ContextQueues:
    """The queues of one context; None if its database does not answer."""

    context: str
    outbox: QueueStatus | None
    inbox: QueueStatus | None

    def by_name(self) -> list[tuple[Queue, QueueStatus | None]]:
        return [("outbox", self.outbox), ("inbox", self.inbox)]


def queue_statuses() -> list[ContextQueues]:
    """Return the status of each context's queues; a database that does not answer costs two seconds."""
    return [
        ContextQueues(context, _status("outbox", counts), _status("inbox", counts))
        for context, counts in read_queues(settings.CONTEXTS).items()
    ]


def _status(queue: Queue, counts: ContextCounts | None) -> QueueStatus | None:
    if counts is None:
        return None
    here = [each for each in counts.unfinished if each.queue == queue]
    return QueueStatus(
        waiting=sum(each.waiting for each in here),
        held_back=sum(each.held_back for each in here),
        failing=sum(each.failing for each in here),
        dead=sum(each.dead for each in here),
        age=timedelta(seconds=max((each.age for each in here), default=0)),
        lag=timedelta(seconds=max((each.lag for each in here), default=0)),
        stored=counts.stored[queue],
    )
