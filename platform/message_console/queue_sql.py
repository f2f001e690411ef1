"""The SQL that counts messages in the queues, for `status` and `metrics`. No other module counts queues in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from building_blocks.databases.query_all import query_all

Queue = Literal["outbox", "inbox"]


class Counts(NamedTuple):
    """
    The unfinished messages of one type in an outbox, or for one handler in an inbox.

    :param name: the type or the handler.
    :param waiting: messages that are due or were tried before. They wait for acknowledgement or a handler.
    :param held_back: messages that are held back until their time.
    :param failing: the waiting messages whose last try failed.
    :param dead: messages that are not tried again.
    :param age: seconds since the oldest waiting message was sent (outbox) or received (inbox).
    :param lag: seconds for which the first message that is due has waited to be claimed.
    """

    queue: Queue
    name: str
    waiting: int
    held_back: int
    failing: int
    dead: int
    age: float
    lag: float


@dataclass(frozen=True, slots=True)
class ContextCounts:
    """
    The counts of one context.

    :param unfinished: the counts by queue, and there for each type or handler that has unfinished messages.
    :param stored: the approximate number of messages in each queue's table, by Postgres's statistics.
    """

    unfinished: list[Counts]
    stored: dict[Queue, int]


# Only partial indexes are read, never finished messages. A message that is held back is waiting from its time on.
READ_QUEUES = """
    SELECT coalesce(json_agg(json_build_array(queue, name, waiting, held_back, failing, dead, age, lag)), '[]'),
        pg_stat_get_live_tuples('messaging_outboxmessage'::regclass),
        pg_stat_get_live_tuples('messaging_inboxmessage'::regclass)
    FROM (
        SELECT queue, name, sum(waiting) AS waiting, sum(held_back) AS held_back, sum(failing) AS failing,
            sum(dead) AS dead,
            coalesce(max(age), 0) AS age, greatest(max(lag), 0) AS lag
        FROM (
            SELECT 'outbox', type,
                count(*) FILTER (WHERE available_at <= now() OR attempts > 0),
                count(*) FILTER (WHERE available_at > now() AND attempts = 0),
                count(*) FILTER (WHERE attempts > 0 AND last_error <> ''), 0,
                extract(epoch FROM now() - min(occurred_at) FILTER (WHERE available_at <= now() OR attempts > 0)),
                extract(epoch FROM now() - min(available_at))
            FROM messaging_outboxmessage WHERE state IN ('pending', 'sent') GROUP BY type
            UNION ALL SELECT 'inbox', handler,
                count(*), 0, count(*) FILTER (WHERE attempts > 0 AND last_error <> ''), 0,
                extract(epoch FROM now() - min(received_at)), extract(epoch FROM now() - min(available_at))
            FROM messaging_inboxmessage WHERE state = 'pending' GROUP BY handler
            UNION ALL SELECT 'outbox', type, 0, 0, 0, count(*), 0, 0
            FROM messaging_outboxmessage WHERE state = 'dead' GROUP BY type
            UNION ALL SELECT 'inbox', handler, 0, 0, 0, count(*), 0, 0
            FROM messaging_inboxmessage WHERE state = 'dead' GROUP BY handler
        ) AS parts (queue, name, waiting, held_back, failing, dead, age, lag) GROUP BY queue, name
    ) AS unfinished
"""


def read_queues(contexts: Mapping[str, str]) -> dict[str, ContextCounts | None]:
    """
    Return the counts of each context; None if its database does not answer within two seconds.

    :param contexts: the alias of each context's database.
    """
    rows = query_all(READ_QUEUES, contexts.values())
    return {context: _queue_counts(rows[alias]) for context, alias in contexts.items()}


def _queue_counts(row: tuple[Any, ...] | None) -> ContextCounts | None:
    if row is None:
        return None
    unfinished, outbox, inbox = row
    return ContextCounts([Counts(*values) for values in unfinished], {"outbox": outbox, "inbox": inbox})
