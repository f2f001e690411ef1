"""
The statements that run for every message, written out.

The ORM says the same, and takes three to ten times as long to find the words, which was most of what the bus cost
(`make bench-bus`); `test_statements.py` holds each beside its twin. What runs seldom has no place here.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec
from django.db import connections

from building_blocks.databases import inserting
from building_blocks.messaging import models
from building_blocks.messaging.models import InboxMessage, OutboxMessage, StoredMessage

Row = TypeVar("Row", bound=StoredMessage)

JSON = ("data", "confirmed_by")


def insert(alias: str, rows: Sequence[StoredMessage], *, new_ones_alone: bool = False) -> None:
    """
    Store rows of one box, all or none.

    :param new_ones_alone: passes over messages that the box holds already, which otherwise are an error.
    :raises IntegrityError: the box holds one of them, or a number that it gave one is taken.
    """
    if rows:
        inserting.insert(alias, rows, unless_known_by=_known_by(type(rows[0])) if new_ones_alone else ())


def take(box: type[Row], alias: str, *, now: datetime, limit: int, asking: Collection[str] = ()) -> list[Row]:
    """
    Take messages that are due, each for one worker alone until its lease ends.

    In a committed step of its own: no row is locked while the worker works. `attempts` tells this taker from
    one that comes after the lease, and counts also those takers who died without a word.

    :param asking: handlers of an inbox whose messages are taken one at a time, beside the `limit` of others: a worker
        that asks another system may wait long, and would hold messages that it cannot come to.
    """
    columns = _columns(box)
    values: dict[str, Any] = {"now": now, "leased_until": now + models.LEASE, "limit": limit, "asking": list(asking)}
    with connections[alias].cursor() as cursor:
        cursor.execute(_taking(box, one_that_asks=bool(asking)), values)
        taken = [box.from_db(alias, columns, _read(columns, row)) for row in cursor]
    return sorted(taken, key=lambda row: row.id)


def renew_lease(row: InboxMessage, *, now: datetime) -> bool:
    """Begin the lease of a message again, and return whether it still was this taker's."""
    return bool(_run(str(row._state.db), RENEWED, [now + models.LEASE, row.pk, row.attempts]))


def mark_handled(row: InboxMessage, *, now: datetime) -> bool:
    """
    Mark the message as handled, and return whether it still was this taker's to handle.

    Runs in the transaction of the handler, whose effect it guards: both are written or neither is.
    """
    return bool(_run(str(row._state.db), HANDLED, [now, row.pk, row.attempts]))


def mark_done(alias: str, rows: Collection[OutboxMessage]) -> None:
    """Mark messages as held by all who receive them, whoever has them by now; a discarded one stays discarded."""
    if rows:
        _run(alias, DONE, [[row.pk for row in rows]])


def add_receipts(row: OutboxMessage, receivers: list[str], *, out_of_the_way: bool) -> None:
    """
    Add to those who have confirmed a message; a worker that adds others meanwhile takes none of these away.

    :param out_of_the_way: whether by now it holds up none of those behind it.
    """
    _run(str(row._state.db), CONFIRMED, [msgspec.json.encode(receivers).decode(), out_of_the_way, row.pk])


def _quoted(states: Collection[str]) -> str:
    return ", ".join(f"'{state}'" for state in states)


MINE = "WHERE id = %s AND state = 'pending' AND attempts = %s"
HANDLED = f"UPDATE {InboxMessage._meta.db_table} SET state = 'handled', handled_at = %s {MINE}"  # noqa: S608 - no input
RENEWED = f"UPDATE {InboxMessage._meta.db_table} SET available_at = %s {MINE}"  # noqa: S608 - no input
CONFIRMED = (
    f"UPDATE {OutboxMessage._meta.db_table} SET confirmed_by = confirmed_by || %s::jsonb,"  # noqa: S608 - no input
    f" in_order = in_order AND NOT %s WHERE id = %s AND state IN ({_quoted(OutboxMessage.IN_THE_WAY)})"
)
DONE = (
    f"UPDATE {OutboxMessage._meta.db_table} SET state = 'done', last_error = ''"  # noqa: S608 - no input
    f" WHERE id = ANY(%s) AND state IN ({_quoted(OutboxMessage.IN_THE_WAY)})"
)


@cache
def _known_by(box: type[StoredMessage]) -> tuple[str, ...]:
    """Return the fields by which a box knows a message that it holds, for good: not its number."""
    (once,) = box._meta.total_unique_constraints
    return tuple(once.fields)


@cache
def _taking(box: type[StoredMessage], *, one_that_asks: bool) -> str:
    table, states, in_the_way = box._meta.db_table, _quoted(box.UNDER_WAY), _quoted(box.IN_THE_WAY)
    chosen = _due(box, "LIMIT %(limit)s")
    if one_that_asks:
        others = _due(box, "LIMIT %(limit)s", "AND handler <> ALL(%(asking)s)")
        one = _due(box, "LIMIT 1", "AND handler = ANY(%(asking)s)")
        chosen = f"SELECT id FROM ({others}) AS others UNION ALL SELECT id FROM ({one}) AS one"  # noqa: S608 - no input
    return (
        # All at once: to look before each row that waits behind another would take seconds where there are many.
        f"WITH first AS (SELECT min(id) AS id FROM {table} WHERE in_order AND state IN ({in_the_way}) AND subject IN"  # noqa: S608
        f" (SELECT subject FROM {table} WHERE in_order AND state IN ({states}) AND available_at <= %(now)s)"
        " GROUP BY subject)"
        f" UPDATE {table} SET attempts = attempts + 1, available_at = %(leased_until)s"
        f" WHERE id IN ({chosen}) RETURNING {', '.join(_columns(box))}"
    )


def _due(box: type[StoredMessage], limit: str, which: str = "") -> str:
    return (
        f"SELECT id FROM {box._meta.db_table} WHERE state IN ({_quoted(box.UNDER_WAY)})"  # noqa: S608 - no input
        f" AND available_at <= %(now)s {which} AND (NOT in_order OR id IN (SELECT id FROM first))"
        f" ORDER BY available_at {limit} FOR UPDATE SKIP LOCKED"
    )


@cache
def _columns(box: type[StoredMessage]) -> list[str]:
    """Return them by name: one that a later version adds must not disturb a statement that is prepared by then."""
    return [str(field.column) for field in box._meta.concrete_fields]


def _read(columns: list[str], values: Sequence[Any]) -> list[Any]:
    named = zip(columns, values, strict=True)
    return [msgspec.json.decode(value) if column in JSON else value for column, value in named]


def _run(alias: str, statement: str, parameters: list[Any]) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
