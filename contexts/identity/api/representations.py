"""The JSON that identity itself returns to clients; allauth's is in `allauth_responses.py`."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from building_blocks.address import Address
from contexts.identity.models import CustomerAddress, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """
    The signed-in user.

    :param email_verified: whether the user has entered a code that was sent to this address.
    :param second_factor: whether a sign-in requires a code of an app besides the password.
    """

    id: UUID
    email: str
    email_verified: bool
    second_factor: bool
    name: str
    created_at: datetime


def me(user: User, *, email_verified: bool, second_factor: bool) -> Me:
    return Me(
        id=user.id,
        email=user.email,
        email_verified=email_verified,
        second_factor=second_factor,
        name=user.name,
        created_at=user.created_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAddress(Address):
    """
    An address as an order accepts it, with the fields of the address book.

    :param delivery_note: for an order to this address; an order also has it as a separate field.
    :param default: true for exactly one address of the book.
    """

    id: UUID
    label: str
    delivery_note: str
    default: bool


def saved_address(row: CustomerAddress) -> SavedAddress:
    return SavedAddress(
        **asdict(row.address), id=row.id, label=row.label, delivery_note=row.delivery_note, default=row.is_default
    )


class PublicKey(msgspec.Struct, kw_only=True):
    """An Ed25519 key that verifies access tokens (RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str


class PublicKeys(msgspec.Struct, kw_only=True):
    """A key set (RFC 7517)."""

    keys: list[PublicKey]
