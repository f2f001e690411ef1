"""Take a second factor off, such as one whose device is lost."""

from functools import partial
from uuid import UUID

from contexts.identity import queries
from contexts.identity.adapters import audit, one_time_codes
from contexts.identity.db import atomic, on_commit


def remove_second_factor(*, user_id: UUID) -> bool:
    """Take a user's second factor and recovery codes off, and return whether there were any."""
    with atomic():
        removed = one_time_codes.deactivate(queries.user(user_id))
        if removed:
            on_commit(partial(audit.record, "second factor turned off", user_id))
        return removed
