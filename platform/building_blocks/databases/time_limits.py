"""
Time limits in Postgres for a context's login: for a statement, for a lock, between the statements of a transaction.

`provision` sets them on the logins. Migrations run as the administrator, whose login has no limits.
"""

from django.conf import settings
from django.db import connections

LIMIT_NAMES = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
UNLIMITED = " ".join(f"-c {name}=0" for name in LIMIT_NAMES)
"""A connection option: the session has no limit, whatever limits its login or server has."""


def lift_time_limits() -> None:
    """Remove the limits from the connections of this thread, for a long job such as filling a shop with products."""
    for alias in settings.SCHEMAS:
        with connections[alias].cursor() as cursor:
            for name in LIMIT_NAMES:
                cursor.execute(f"SET {name} = 0")
