"""Whether the databases answer: what a load balancer asks before it sends anybody here."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

PATIENCE = 2  # seconds


def silent_databases() -> list[str]:
    """
    Return the aliases whose database lets nobody in within two seconds.

    Each is asked on a connection of its own, since a pool that is busy just now is no illness.
    """
    ways_in = {alias: _way_in(alias) for alias in settings.SCHEMAS}
    with ThreadPoolExecutor(len(ways_in)) as threads:
        return [
            alias
            for alias, answers in zip(ways_in, threads.map(_answers, ways_in.values()), strict=True)
            if not answers
        ]


def _way_in(alias: str) -> dict[str, Any]:
    return dict(connections[alias].get_connection_params()) | {"connect_timeout": PATIENCE}


def _answers(way_in: dict[str, Any]) -> bool:
    try:
        psycopg.connect(**way_in).close()
    except psycopg.OperationalError:
        return False
    return True
