"""The contents of the databases, for tests that check that nothing has changed."""

from functools import cache

from django.conf import settings
from django.db import connections

IGNORED_TABLES = ["django_migrations", "django_content_type", "auth_permission"]


def contents(*aliases: str) -> list[tuple[str, str]]:
    """Return every row of every table of these databases, or of all, as (schema.table, the row as text)."""
    return sorted(row for alias in aliases or settings.SCHEMAS for row in _rows(alias, settings.SCHEMAS[alias]))


def _rows(alias: str, schema: str) -> list[tuple[str, str]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(_all_tables(alias, schema))
        rows: list[tuple[str, str]] = cursor.fetchall()
    return rows


@cache
def _all_tables(alias: str, schema: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(format('SELECT %%L, t::text FROM %%I.%%I t', schemaname || '.' || tablename,"
            " schemaname, tablename), ' UNION ALL ') FROM pg_tables WHERE schemaname = %s AND tablename <> ALL(%s)",
            [schema, IGNORED_TABLES],
        )
        (query,) = cursor.fetchone()
    return str(query)
