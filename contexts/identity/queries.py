"""Reading what identity knows; nothing here changes anything."""

from uuid import UUID

from contexts.identity.models import User
from contexts.identity.published.errors import UnknownCustomer


def user(user_id: UUID) -> User:
    """
    Return a user, also one who may no longer sign in: their orders remain.

    :raises UnknownCustomer: there is none with this id.
    """
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise UnknownCustomer(f"There is no customer {user_id}.")
    return found
