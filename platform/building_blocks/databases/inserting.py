"""
Inserting rows in one statement, even if some of them exist already.

The caller names the unique constraint whose conflicts are ignored. `ON CONFLICT` without a target would also silently
drop a row whose id exists already, as may happen after a restore. The ORM cannot name a target unless it updates.
"""

from collections.abc import Sequence
from functools import cache

import msgspec
from django.db import connections
from django.db.models import AutoField, Model


def insert(alias: str, rows: Sequence[Model], *, ignore_conflict_on: tuple[str, ...] = ()) -> None:
    """
    Insert rows of one table, all or none. If the primary key is a number, the database assigns it.

    :param ignore_conflict_on: the columns of a unique constraint. A row with the same values as an existing one is
        skipped. If another transaction has just inserted the existing one, this waits until it ends.
    :raises IntegrityError: a row violates a constraint other than the named one.
    """
    if not rows:
        return
    model = type(rows[0])
    columns = _columns(model)
    encoded = msgspec.json.encode([{column: getattr(row, column) for column in columns} for row in rows])
    with connections[alias].cursor() as cursor:
        cursor.execute(_insert_statement(model, ignore_conflict_on), [encoded.decode()])


@cache
def _columns(model: type[Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields if not isinstance(field, AutoField)]


@cache
def _insert_statement(model: type[Model], conflict_columns: tuple[str, ...]) -> str:
    name, columns = model._meta.db_table, ", ".join(_columns(model))
    # All rows are one parameter, so there is one query plan for any number of rows.
    statement = f"INSERT INTO {name} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{name}, %s)"  # noqa: S608
    return statement + (f" ON CONFLICT ({', '.join(conflict_columns)}) DO NOTHING" if conflict_columns else "")
