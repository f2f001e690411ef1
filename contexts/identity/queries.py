"""Reading what identity knows; nothing here changes anything."""

from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

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
    row = User.objects.filter(pk=user_id).first()
    if row is None:
        raise UnknownCustomer(f"There is no customer {user_id}.")
    return row


def addresses_of(user_id: UUID) -> list[CustomerAddress]:
    """Return a customer's address book: the default first, then the others, the oldest first."""
    return list(CustomerAddress.objects.filter(user_id=user_id))


def address_of(user_id: UUID, address_id: UUID) -> CustomerAddress:
    """
    Return an address out of a customer's own book.

    :raises UnknownAddress: it is not there; it may be in somebody else's.
    """
    row = CustomerAddress.objects.filter(user_id=user_id, pk=address_id).first()
    if row is None:
        raise UnknownAddress(f"There is no address {address_id} in your address book.")
    return row


def has_verified_address(user: User) -> bool:
    """Return whether the user has shown that they read the mail of their address."""
    return bool(EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists())


def has_second_factor(user: User) -> bool:
    """Return whether signing in takes a code of an app besides the password."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())
