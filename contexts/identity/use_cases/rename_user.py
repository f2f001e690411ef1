"""Change the name of a user."""

from uuid import UUID

from contexts.identity import queries
from contexts.identity.db import atomic
from contexts.identity.models import User


def rename_user(*, user_id: UUID, name: str) -> User:
    """
    Change a user's name, and return the user.

    :param name: the new name; "" removes it.
    :raises UnknownCustomer: no user has this id.
    """
    with atomic():
        user = queries.user(user_id)
        user.rename(name)
    return user
