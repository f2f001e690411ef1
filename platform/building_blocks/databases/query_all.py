"""Running one query on several databases at once, so that an unreachable one delays nothing and is recognised."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, LiteralString

import psycopg
from django.db import connections

TIMEOUT = 2  # seconds


def query_all(query: LiteralString, aliases: Iterable[str]) -> dict[str, tuple[Any, ...] | None]:
    """
    Return by alias the first row of each database's result, or None if there is none within two seconds.

    Each query uses a connection of its own, since a busy connection pool does not mean an unreachable database.
    """
    options = {"connect_timeout": TIMEOUT, "autocommit": True}
    connection_params = {alias: dict(connections[alias].get_connection_params()) | options for alias in aliases}
    with ThreadPoolExecutor(len(connection_params)) as executor:
        return dict(
            zip(
                connection_params,
                executor.map(lambda params: _first_row(query, params), connection_params.values()),
                strict=True,
            )
        )


def _first_row(query: LiteralString, params: dict[str, Any]) -> tuple[Any, ...] | None:
    try:
        with psycopg.connect(**params) as connection:
            connection.execute(f"SET statement_timeout = {TIMEOUT * 1000:d}")
            return connection.execute(query).fetchone()
    except psycopg.Error:
        return None
