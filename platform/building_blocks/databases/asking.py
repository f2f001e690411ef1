"""
Asking databases how they are, each on a connection of its own and for two seconds at most.

So that one that is away is told from one that is busy, and holds up nobody who asks for all.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, LiteralString

import psycopg
from django.db import connections

PATIENCE = 2  # seconds


def ask_databases(query: LiteralString, aliases: Iterable[str]) -> dict[str, tuple[Any, ...] | None]:
    """
    Return by alias the first row that each database answers, or None where it has none within two seconds.

    Each is asked on a connection of its own, since a pool that is busy just now is no illness.
    """
    ways_in = {alias: _way_in(alias) for alias in aliases}
    with ThreadPoolExecutor(len(ways_in)) as threads:
        return dict(zip(ways_in, threads.map(lambda way_in: _ask(query, way_in), ways_in.values()), strict=True))


def _way_in(alias: str) -> dict[str, Any]:
    return dict(connections[alias].get_connection_params()) | {"connect_timeout": PATIENCE, "autocommit": True}


def _ask(query: LiteralString, way_in: dict[str, Any]) -> tuple[Any, ...] | None:
    try:
        with psycopg.connect(**way_in) as connection:
            connection.execute(f"SET statement_timeout = {PATIENCE * 1000:d}")
            return connection.execute(query).fetchone()
    except psycopg.Error:
        return None
