"""Reads of identity's tables; nothing here changes data."""

from uuid import UUID

from allauth.account.models import EmailAddress

from building_blocks.refusals import Refusal
from contexts.identity.models import CustomerAddress, User
from contexts.identity.published.errors import UnknownCustomer


class UnknownAddress(Refusal):
    code = "unknown_address"
    kind = "not_found"


def user(user_id: UUID) -> User:
    """
    Return a user, even one who may no longer sign in: their orders remain.

    :raises UnknownCustomer: no user has this id.
    """
    row = User.objects.filter(pk=user_id).first()
    if row is None:
        raise UnknownCustomer(f"There is no customer {user_id}.")
    return row


def addresses_of(user_id: UUID) -> list[CustomerAddress]:
    """Return a customer's address book: the default first, then the others, the oldest first."""
    return list(CustomerAddress.objects.filter(user_id=user_id))


def address_of(user_id: UUID, address_id: UUID) -> CustomerAddress:
    """
    Return an address from a customer's own address book.

    :raises UnknownAddress: this customer's book does not contain it; another one may.
    """
    row = CustomerAddress.objects.filter(user_id=user_id, pk=address_id).first()
    if row is None:
        raise UnknownAddress(f"There is no address {address_id} in your address book.")
    return row


def has_verified_email(user: User) -> bool:
    """Return whether the user has verified their e-mail address with a code."""
    return bool(EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists())
