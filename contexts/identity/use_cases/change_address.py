"""Change an address in a customer's address book."""

from uuid import UUID

from contexts.identity import queries
from contexts.identity.db import atomic
from contexts.identity.domain.address_book import AddressBookEntry
from contexts.identity.models import CustomerAddress, User


def change_address(*, user_id: UUID, address_id: UUID, entry: AddressBookEntry, default: bool) -> CustomerAddress:
    """
    Replace an address, and return it; orders to the old address keep that.

    :param default: whether it becomes the default. False changes nothing: a default stays until another becomes it.
    :raises UnknownAddress: this customer's book does not contain the address.
    :raises UnknownCustomer: no user has this id.
    """
    with atomic():
        User.objects.lock_address_book(user_id)
        address = queries.address_of(user_id, address_id)
        address.update_from(entry)
        if default:
            address.become_default()
    return address
