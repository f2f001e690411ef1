"""
The statements that run for every message, as SQL text.

The ORM takes three to ten times as long to build them. That was most of the cost of the bus (`make bench-bus`).
`tests/messaging/test_sql.py` compares each with its ORM equivalent. Statements that run rarely must not go here.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec
from django.db import connections

from building_blocks.databases import inserting
from messaging import models
from messaging.models import InboxMessage, OutboxMessage, StoredMessage

Row = TypeVar("Row", bound=StoredMessage)

JSON = ("data", "acknowledged_by")


def insert(alias: str, rows: Sequence[StoredMessage], *, skip_existing: bool = False) -> None:
    """
    Store rows of one queue, all or none.

    :param skip_existing: skips messages that the queue already contains; otherwise they are an error.
    :raises IntegrityError: the queue already contains one of the messages, or an id that its sequence returned.
    """
    if rows:
        inserting.insert(alias, rows, ignore_conflict_on=_unique_fields(type(rows[0])) if skip_existing else ())


def claim(
    queue: type[Row], alias: str, *, now: datetime, limit: int, external_handlers: Collection[str] = ()
) -> list[Row]:
    """
    Claim due messages for one worker, each until its lease ends, and return them by id.

    The claim commits at once, so no row is locked while the worker handles it. `attempts` identifies the claim: a later
    claim has a higher number. It also counts claims whose worker died.

    :param limit: how many messages to claim, not counting one for an external handler.
    :param external_handlers: handlers of an inbox whose messages are claimed one at a time. A worker that calls another
        system may wait long; meanwhile, other workers can claim the rest.
    """
    columns = _columns(queue)
    values: dict[str, Any] = {
        "now": now,
        "leased_until": now + models.LEASE,
        "limit": limit,
        "external_handlers": list(external_handlers),
    }
    with connections[alias].cursor() as cursor:
        cursor.execute(_claim_statement(queue, with_external=bool(external_handlers)), values)
        claimed = [queue.from_db(alias, columns, _decoded(columns, row)) for row in cursor]
    return sorted(claimed, key=lambda row: row.id)


def renew_lease(row: InboxMessage, *, now: datetime) -> bool:
    """Renew the lease of a message, and return whether this worker still had it."""
    return bool(_run(str(row._state.db), RENEW_LEASE, [now + models.LEASE, row.pk, row.attempts]))


def mark_handled(row: InboxMessage, *, now: datetime) -> bool:
    """
    Mark the message as handled, and return whether this worker still had it.

    This runs in the transaction of the handler, so that mark and effect are committed together or not at all.
    """
    return bool(_run(str(row._state.db), MARK_HANDLED, [now, row.pk, row.attempts]))


def mark_done(alias: str, rows: Collection[OutboxMessage]) -> None:
    """Mark messages as acknowledged by all receivers, without checking leases. Discarded messages stay discarded."""
    if rows:
        _run(alias, MARK_DONE, [[row.pk for row in rows]])


def add_acknowledgements(row: OutboxMessage, receivers: list[str], *, no_longer_blocks: bool) -> None:
    """
    Add receivers that have acknowledged a message, and keep the receivers that other workers add meanwhile.

    :param no_longer_blocks: whether all receivers that need order have acknowledged it, so that it blocks no others.
    """
    _run(str(row._state.db), ADD_ACKNOWLEDGEMENTS, [msgspec.json.encode(receivers).decode(), no_longer_blocks, row.pk])


def _quoted(states: Collection[str]) -> str:
    return ", ".join(f"'{state}'" for state in states)


STILL_CLAIMED = "WHERE id = %s AND state = 'pending' AND attempts = %s"
MARK_HANDLED = f"UPDATE {InboxMessage._meta.db_table} SET state = 'handled', handled_at = %s {STILL_CLAIMED}"  # noqa: S608 - no input
RENEW_LEASE = f"UPDATE {InboxMessage._meta.db_table} SET available_at = %s {STILL_CLAIMED}"  # noqa: S608 - no input
ADD_ACKNOWLEDGEMENTS = (
    f"UPDATE {OutboxMessage._meta.db_table} SET acknowledged_by = acknowledged_by || %s::jsonb,"  # noqa: S608 - no input
    f" in_order = in_order AND NOT %s WHERE id = %s AND state IN ({_quoted(OutboxMessage.BLOCKING)})"
)
MARK_DONE = (
    f"UPDATE {OutboxMessage._meta.db_table} SET state = 'done', last_error = ''"  # noqa: S608 - no input
    f" WHERE id = ANY(%s) AND state IN ({_quoted(OutboxMessage.BLOCKING)})"
)


@cache
def _unique_fields(queue: type[StoredMessage]) -> tuple[str, ...]:
    """Return the fields of a queue's unique constraint; the id is not one of them."""
    (once,) = queue._meta.total_unique_constraints
    return tuple(once.fields)


@cache
def _claim_statement(queue: type[StoredMessage], *, with_external: bool) -> str:
    table, states, blocking = queue._meta.db_table, _quoted(queue.CLAIMABLE), _quoted(queue.BLOCKING)
    chosen = _due(queue, "LIMIT %(limit)s")
    if with_external:
        others = _due(queue, "LIMIT %(limit)s", "AND handler <> ALL(%(external_handlers)s)")
        one = _due(queue, "LIMIT 1", "AND handler = ANY(%(external_handlers)s)")
        chosen = f"SELECT id FROM ({others}) AS others UNION ALL SELECT id FROM ({one}) AS one"  # noqa: S608 - no input
    return (
        # One query for all: a check before each blocked row would take seconds if there are many.
        f"WITH first AS (SELECT min(id) AS id FROM {table} WHERE in_order AND state IN ({blocking}) AND subject IN"  # noqa: S608
        f" (SELECT subject FROM {table} WHERE in_order AND state IN ({states}) AND available_at <= %(now)s)"
        " GROUP BY subject)"
        f" UPDATE {table} SET attempts = attempts + 1, available_at = %(leased_until)s"
        f" WHERE id IN ({chosen}) RETURNING {', '.join(_columns(queue))}"
    )


def _due(queue: type[StoredMessage], limit: str, condition: str = "") -> str:
    return (
        f"SELECT id FROM {queue._meta.db_table} WHERE state IN ({_quoted(queue.CLAIMABLE)})"  # noqa: S608 - no input
        f" AND available_at <= %(now)s {condition} AND (NOT in_order OR id IN (SELECT id FROM first))"
        f" ORDER BY available_at {limit} FOR UPDATE SKIP LOCKED"
    )


@cache
def _columns(queue: type[StoredMessage]) -> list[str]:
    """Return the columns by name, since a column that a later release adds must not change the prepared statement."""
    return [str(field.column) for field in queue._meta.concrete_fields]


def _decoded(columns: list[str], values: Sequence[Any]) -> list[Any]:
    named = zip(columns, values, strict=True)
    return [msgspec.json.decode(value) if column in JSON else value for column, value in named]


def _run(alias: str, statement: str, parameters: list[Any]) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
