"""Replace a user's recovery codes."""

from functools import partial
from uuid import UUID

from contexts.identity import queries
from contexts.identity.adapters import audit, one_time_codes
from contexts.identity.db import atomic, on_commit


def renew_recovery_codes(*, user_id: UUID) -> list[str]:
    """
    Return new recovery codes; the old ones are no longer valid.

    :raises UnknownCustomer: no user has this id.
    """
    with atomic():
        on_commit(partial(audit.record, "recovery codes renewed", user_id))
        return one_time_codes.new_recovery_codes(queries.user(user_id))
