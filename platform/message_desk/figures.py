"""How the boxes are doing: one query for each context, which looks at nothing that is finished."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.conf import settings

from building_blocks.databases.asking import ask_databases


@dataclass(frozen=True, slots=True)
class Box:
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
class Boxes:
    """The boxes of one context, or nothing where its database is away."""

    context: str
    outbox: Box | None
    inbox: Box | None

    def each(self) -> list[tuple[Literal["outbox", "inbox"], Box | None]]:
        return [("outbox", self.outbox), ("inbox", self.inbox)]


# By the partial indexes of what is under way and what is dead. A message held back for later counts from its time on.
READ_BOXES = """
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


def figures() -> list[Boxes]:
    """Return the figures of each context; whose database does not answer within two seconds has none."""
    rows = ask_databases(READ_BOXES, settings.CONTEXTS.values())
    return [_boxes(context, rows[alias]) for context, alias in settings.CONTEXTS.items()]


def _boxes(context: str, row: tuple[object, ...] | None) -> Boxes:
    if row is None:
        return Boxes(context, None, None)
    half = len(row) // 2
    return Boxes(context, Box(*row[:half]), Box(*row[half:]))  # type: ignore[arg-type]  # as READ_BOXES has them
