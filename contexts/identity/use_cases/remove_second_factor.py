"""Remove a second factor, for example after its device is lost."""

from functools import partial
from uuid import UUID

from contexts.identity import queries
from contexts.identity.adapters import audit, one_time_codes
from contexts.identity.db import atomic, on_commit


def remove_second_factor(*, user_id: UUID) -> bool:
    """
    Remove a user's second factor and recovery codes, and return whether there were any.

    :raises UnknownCustomer: no user has this id.
    """
    with atomic():
        removed = one_time_codes.deactivate(queries.user(user_id))
        if removed:
            on_commit(partial(audit.record, "second factor removed", user_id))
        return removed
