"""Take a second factor off, such as one whose device is lost."""

from uuid import UUID

from contexts.identity import queries
from contexts.identity.adapters import one_time_codes
from contexts.identity.db import atomic


def forget_second_factor(*, user_id: UUID) -> bool:
    """Take a user's second factor and recovery codes off, and return whether there were any."""
    with atomic():
        return one_time_codes.turn_off(queries.user(user_id))
