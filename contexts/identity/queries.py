"""Reading what identity knows; nothing here changes anything."""

from uuid import UUID

from building_blocks.refusals import Refusal
from contexts.identity.models import CustomerAddress, User
from contexts.identity.published.errors import UnknownCustomer


class UnknownAddress(Refusal):
    code = "unknown_address"
    kind = "not_found"


def user(user_id: UUID) -> User:
    """
    Return a user, also one who may no longer sign in: their orders remain.

    :raises UnknownCustomer: there is none with this id.
    """
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise UnknownCustomer(f"There is no customer {user_id}.")
    return found


def addresses_of(user_id: UUID) -> list[CustomerAddress]:
    """Return a customer's address book: the default first, then the others, the oldest first."""
    return list(CustomerAddress.objects.filter(user_id=user_id))


def address_of(user_id: UUID, address_id: UUID) -> CustomerAddress:
    """
    Return an address out of a customer's own book.

    :raises UnknownAddress: it is not there; it may be in somebody else's.
    """
    found = CustomerAddress.objects.filter(user_id=user_id, pk=address_id).first()
    if found is None:
        raise UnknownAddress(f"There is no address {address_id} in your address book.")
    return found
