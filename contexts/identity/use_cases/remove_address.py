"""Remove an address from a customer's address book."""

from uuid import UUID

from contexts.identity import queries
from contexts.identity.db import atomic
from contexts.identity.models import User


def remove_address(*, user_id: UUID, address_id: UUID) -> None:
    """
    Delete an address; if it was the default, the oldest remaining one becomes the default.

    :raises UnknownAddress: this customer's book does not contain the address.
    :raises UnknownCustomer: no user has this id.
    """
    with atomic():
        user = User.objects.lock_address_book(user_id)
        address = queries.address_of(user_id, address_id)
        address.delete()
        if address.is_default and (oldest := user.addresses.first()):
            oldest.become_default()
