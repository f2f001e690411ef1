"""Add an address to a customer's address book."""

from datetime import datetime
from uuid import UUID

from building_blocks.refusals import Refusal
from contexts.identity.db import atomic
from contexts.identity.domain.address_book import MAX_ADDRESSES, AddressBookEntry
from contexts.identity.models import CustomerAddress, User


class AddressBookFull(Refusal):
    code = "address_book_full"


def add_address(*, user_id: UUID, entry: AddressBookEntry, default: bool, now: datetime) -> CustomerAddress:
    """
    Store an address, and return it; the first one of a book always becomes the default.

    :param default: whether it becomes the default, instead of the current one.
    :raises AddressBookFull: the book already holds `MAX_ADDRESSES`.
    :raises UnknownCustomer: no user has this id.
    """
    with atomic():
        user = User.objects.lock_address_book(user_id)
        count = user.addresses.count()
        if count >= MAX_ADDRESSES:
            raise AddressBookFull(f"The address book holds {count} addresses, and that is the limit: remove one first.")
        address = CustomerAddress(user=user, created_at=now)
        address.update_from(entry)
        if default or count == 0:
            address.become_default()
    return address
