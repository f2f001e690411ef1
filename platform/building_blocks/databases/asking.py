"""Asking databases how they are, so that one that is away is told from one that is busy, and holds up nobody."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, LiteralString

import psycopg
from django.db import connections

PATIENCE = 2  # seconds


def ask_databases(query: LiteralString, aliases: Iterable[str]) -> dict[str, tuple[Any, ...] | None]:
    """
    Return by alias the first row that each database answers, or None where it has none within two seconds.

    A pool that is busy just now is no illness, so each is asked on a connection of its own.
    """
    patiently = {"connect_timeout": PATIENCE, "autocommit": True}
    ways_in = {alias: dict(connections[alias].get_connection_params()) | patiently for alias in aliases}
    with ThreadPoolExecutor(len(ways_in)) as threads:
        return dict(zip(ways_in, threads.map(lambda way_in: _ask(query, way_in), ways_in.values()), strict=True))


def _ask(query: LiteralString, way_in: dict[str, Any]) -> tuple[Any, ...] | None:
    try:
        with psycopg.connect(**way_in) as connection:
            connection.execute(f"SET statement_timeout = {PATIENCE * 1000:d}")
            return connection.execute(query).fetchone()
    except psycopg.Error:
        return None
