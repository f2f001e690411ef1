"""
How long Postgres lets a context's login take: for a statement, a lock, and between the statements of a transaction.

`provision` gives them to the logins; the administrator, and so each migration, has none.
"""

from django.conf import settings
from django.db import connections

LIMIT_NAMES = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
UNLIMITED = " ".join(f"-c {name}=0" for name in LIMIT_NAMES)
"""The connection option by which a session has no limit, whatever its login or server has."""


def lift_time_limits() -> None:
    """Let a job that takes its time, such as filling a shop, do so on the connections of this thread."""
    for alias in settings.SCHEMAS:
        with connections[alias].cursor() as cursor:
            for name in LIMIT_NAMES:
                cursor.execute(f"SET {name} = 0")
