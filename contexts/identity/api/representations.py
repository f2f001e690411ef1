"""What identity itself answers to clients; what allauth answers is in `allauth_responses.py`."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from building_blocks.address import Address
from contexts.identity import queries
from contexts.identity.models import CustomerAddress, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """
    :param email_verified: whether I have shown that I read the mail of this address.
    :param second_factor: whether signing in takes a code of an app besides the password.
    """

    id: UUID
    email: str
    email_verified: bool
    second_factor: bool
    name: str
    created_at: datetime


def me(user: User) -> Me:
    return Me(
        id=user.id,
        email=user.email,
        email_verified=queries.has_verified_address(user),
        second_factor=queries.has_second_factor(user),
        name=user.name,
        created_at=user.created_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAddress(Address):
    """
    An address, which an order takes as it is, and what is known of it besides.

    :param delivery_note: goes into an order beside the address.
    :param default: true of exactly one, where there are any.
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
    """An Ed25519 key to verify access tokens with (RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: str
    use: str
    alg: str


class PublicKeys(msgspec.Struct, kw_only=True):
    """A key set (RFC 7517)."""

    keys: list[PublicKey]
