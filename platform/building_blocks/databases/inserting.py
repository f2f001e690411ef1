"""
Inserting rows in one statement, some of which may be there already.

The conflict that is passed over is named. `ON CONFLICT` without a target also drops a row whose number clashes, as it
may after a restore, and nobody learns of it; and the ORM can name no target where nothing is updated.
"""

from collections.abc import Sequence
from functools import cache

import msgspec
from django.db import connections
from django.db.models import AutoField, Model


def insert(alias: str, rows: Sequence[Model], *, ignore_conflict_on: tuple[str, ...] = ()) -> None:
    """
    Store rows of one table, all or none; the database numbers them where its key is a number.

    :param ignore_conflict_on: the columns of a unique constraint: a row that is there by these is passed over, and one
        that another transaction has just inserted is waited for.
    :raises IntegrityError: a row breaks a constraint, or is there by another than the one that is named.
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
    # One parameter for all: so there is one plan, however many rows there are.
    statement = f"INSERT INTO {name} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{name}, %s)"  # noqa: S608
    return statement + (f" ON CONFLICT ({', '.join(conflict_columns)}) DO NOTHING" if conflict_columns else "")
