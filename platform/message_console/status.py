"""How the queues are doing: one query for each context, which looks at nothing that is finished."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.conf import settings

from building_blocks.databases.query_all import query_all


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """
    :param under_way: messages that are due, or were tried before.
    :param later: messages that are held back until their time.
    :param failing: those under way whose last try failed.
    :param dead: messages that were given up.
    :param oldest: for how long the oldest has been under way.
    :param lag: for how long the first that is due has waited to be taken.
    :param kept: about how many messages there are in all, by Postgres's statistics.
    """

    under_way: int
    later: int
    failing: int
    dead: int
    oldest: timedelta
    lag: timedelta
    kept: int

    def waits(self) -> dict[str, timedelta]:
        return {"oldest": self.oldest, "lag": self.lag}


@dataclass(frozen=True, slots=True)
class ContextQueues:
    """The queues of one context, or nothing where its database is away."""

    context: str
    outbox: QueueStatus | None
    inbox: QueueStatus | None

    def by_name(self) -> list[tuple[Literal["outbox", "inbox"], QueueStatus | None]]:
        return [("outbox", self.outbox), ("inbox", self.inbox)]


# By the partial indexes of what is under way and what is dead. A message held back for later counts from its time on.
READ_QUEUES = """
    SELECT outbox.*, inbox.*
    FROM (
        SELECT count(*) FILTER (WHERE available_at <= now() OR attempts > 0),
            count(*) FILTER (WHERE available_at > now() AND attempts = 0),
            count(*) FILTER (WHERE attempts > 0 AND last_error <> ''),
            (SELECT count(*) FROM messaging_outboxmessage WHERE state = 'dead'),
            coalesce(max(now() - occurred_at) FILTER (WHERE available_at <= now() OR attempts > 0), '0'),
            greatest(now() - min(available_at), '0'),
            (SELECT n_live_tup FROM pg_stat_user_tables WHERE relid = 'messaging_outboxmessage'::regclass)
        FROM messaging_outboxmessage WHERE state IN ('pending', 'sent')
    ) AS outbox, (
        SELECT count(*), 0, count(*) FILTER (WHERE attempts > 0 AND last_error <> ''),
            (SELECT count(*) FROM messaging_inboxmessage WHERE state = 'dead'),
            coalesce(max(now() - received_at), '0'),
            greatest(now() - min(available_at), '0'),
            (SELECT n_live_tup FROM pg_stat_user_tables WHERE relid = 'messaging_inboxmessage'::regclass)
        FROM messaging_inboxmessage WHERE state = 'pending'
    ) AS inbox
"""


def queue_statuses() -> list[ContextQueues]:
    """Return the figures of each context; whose database does not answer within two seconds has none."""
    rows = query_all(READ_QUEUES, settings.CONTEXTS.values())
    return [_context_queues(context, rows[alias]) for context, alias in settings.CONTEXTS.items()]


def _context_queues(context: str, row: tuple[object, ...] | None) -> ContextQueues:
    if row is None:
        return ContextQueues(context, None, None)
    half = len(row) // 2
    return ContextQueues(context, QueueStatus(*row[:half]), QueueStatus(*row[half:]))  # type: ignore[arg-type]  # as READ_QUEUES has them
