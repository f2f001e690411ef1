"""Change how a user is addressed."""

from uuid import UUID

from contexts.identity import queries
from contexts.identity.db import atomic
from contexts.identity.models import User


def rename_user(*, user_id: UUID, name: str) -> User:
    """
    Give the user this name, or none with "".

    :raises UnknownCustomer: there is no such user.
    """
    with atomic():
        user = queries.user(user_id)
        user.rename(name)
    return user
