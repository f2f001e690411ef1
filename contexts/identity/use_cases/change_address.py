"""Change an address in a customer's address book."""

from uuid import UUID

from contexts.identity import queries
from contexts.identity.db import atomic
from contexts.identity.domain.address_book import AddressBookEntry
from contexts.identity.models import CustomerAddress, User


def change_address(*, user_id: UUID, address_id: UUID, entry: AddressBookEntry, default: bool) -> CustomerAddress:
    """
    Let an address be this; orders that went to the former keep it.

    :param default: let it be the default from now on. An address that is the default stays so until another becomes it.
    :raises UnknownAddress: this customer has no such address.
    :raises UnknownCustomer: there is no such user.
    """
    with atomic():
        User.objects.lock_address_book(user_id)
        address = queries.address_of(user_id, address_id)
        address.update_from(entry)
        if default:
            address.become_default()
    return address
