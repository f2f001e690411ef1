"""What identity answers to clients; what allauth answers is described here, and a test holds it to that."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from building_blocks.address import Address
from contexts.identity.models import CustomerAddress, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    id: UUID
    email: str
    name: str
    created_at: datetime


def me(user: User) -> Me:
    return Me(id=user.id, email=user.email, name=user.name, created_at=user.created_at)


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


class Account(msgspec.Struct, kw_only=True):
    id: UUID
    display: str
    email: str
    has_usable_password: bool


class SignInMethod(msgspec.Struct, kw_only=True):
    """How the user has shown who they are, and when, in seconds since 1970."""

    method: str
    at: float
    email: str | msgspec.UnsetType = msgspec.UNSET


class SignedInAs(msgspec.Struct, kw_only=True):
    user: Account
    methods: list[SignInMethod]


class Tokens(msgspec.Struct, kw_only=True):
    """
    The access token is for `Authorization: Bearer`, and good for `expires_in` seconds; the refresh token is
    good once. All are absent where the request already came with a session.
    """

    is_authenticated: bool | None
    session_token: str | msgspec.UnsetType = msgspec.UNSET
    access_token: str | msgspec.UnsetType = msgspec.UNSET
    refresh_token: str | msgspec.UnsetType = msgspec.UNSET
    expires_in: int | msgspec.UnsetType = msgspec.UNSET


class SignedIn(msgspec.Struct, kw_only=True):
    status: int
    data: SignedInAs
    meta: Tokens


class Flow(msgspec.Struct, kw_only=True):
    id: str
    is_pending: bool | msgspec.UnsetType = msgspec.UNSET


class Flows(msgspec.Struct, kw_only=True):
    """What a client may do next."""

    flows: list[Flow]


class NotSignedIn(msgspec.Struct, kw_only=True):
    status: int
    data: Flows
    meta: Tokens


class InputError(msgspec.Struct, kw_only=True):
    """:param param: the field that is wrong, where it is one."""

    message: str
    code: str
    param: str | msgspec.UnsetType = msgspec.UNSET


class NotAccepted(msgspec.Struct, kw_only=True):
    status: int
    errors: list[InputError] | msgspec.UnsetType = msgspec.UNSET


class NewTokens(msgspec.Struct, kw_only=True):
    access_token: str
    refresh_token: str


class Refreshed(msgspec.Struct, kw_only=True):
    status: int
    data: NewTokens
