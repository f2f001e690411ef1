"""Write a further address into a customer's address book."""

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
    Keep an address; the first one becomes the default in any case.

    :param default: let it be the default from now on, in the place of the one that is.
    :raises AddressBookFull: there are as many as there may be.
    :raises UnknownCustomer: there is no such user.
    """
    with atomic():
        user = User.objects.lock_address_book(user_id)
        count = user.addresses.count()
        if count >= MAX_ADDRESSES:
            raise AddressBookFull(f"There are {count} addresses, which is as many as can be kept: remove one first.")
        address = CustomerAddress(user=user, created_at=now)
        address.update_from(entry)
        if default or count == 0:
            address.become_default()
    return address
