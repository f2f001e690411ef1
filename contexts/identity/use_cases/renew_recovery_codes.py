"""Make new recovery codes."""

from functools import partial
from uuid import UUID

from contexts.identity import queries
from contexts.identity.adapters import audit, one_time_codes
from contexts.identity.db import atomic, on_commit


def renew_recovery_codes(*, user_id: UUID) -> list[str]:
    """Return new recovery codes; those that there were are good no more."""
    with atomic():
        on_commit(partial(audit.record, "recovery codes renewed", user_id))
        return one_time_codes.new_recovery_codes(queries.user(user_id))
