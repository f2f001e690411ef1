"""What allauth answers to clients, described for the API's documentation; a test holds it to that."""

from uuid import UUID

import msgspec

Absent = msgspec.UnsetType
ABSENT = msgspec.UNSET


class Account(msgspec.Struct, kw_only=True):
    id: UUID
    display: str
    email: str
    has_usable_password: bool


class SignInMethod(msgspec.Struct, kw_only=True):
    """
    How the user has shown who they are, and when, in seconds since 1970.

    :param method: password, mfa.
    :param type: of the second factor: totp, recovery_codes.
    """

    method: str
    at: float
    email: str | Absent = ABSENT
    reauthenticated: bool | Absent = ABSENT
    id: int | Absent = ABSENT
    type: str | Absent = ABSENT


class SignedInAs(msgspec.Struct, kw_only=True):
    user: Account
    methods: list[SignInMethod]


class Tokens(msgspec.Struct, kw_only=True):
    """
    The access token is for `Authorization: Bearer`, and good for `expires_in` seconds; the refresh token is
    good once. They come when somebody is signed in. `session_token` comes whenever it is new; before somebody is
    signed in, it is what the next step of the same flow needs as `X-Session-Token`.
    """

    is_authenticated: bool | None
    session_token: str | Absent = ABSENT
    access_token: str | Absent = ABSENT
    refresh_token: str | Absent = ABSENT
    expires_in: int | Absent = ABSENT


class SignedIn(msgspec.Struct, kw_only=True):
    status: int
    data: SignedInAs
    meta: Tokens


class Flow(msgspec.Struct, kw_only=True):
    """
    :param id: login, signup, verify_email, mfa_authenticate, password_reset_by_code, reauthenticate,
        mfa_reauthenticate.
    :param is_pending: whether this one is under way, and waits for its code.
    :param types: which second factors there are: totp, recovery_codes.
    """

    id: str
    is_pending: bool | Absent = ABSENT
    types: list[str] | Absent = ABSENT


class Flows(msgspec.Struct, kw_only=True):
    """What a client may do next; with a user, where they must show once more who they are."""

    flows: list[Flow]
    user: Account | Absent = ABSENT
    methods: list[SignInMethod] | Absent = ABSENT


class NotSignedIn(msgspec.Struct, kw_only=True):
    status: int
    data: Flows
    meta: Tokens


class InputError(msgspec.Struct, kw_only=True):
    """:param param: the field that is wrong, where it is one."""

    message: str
    code: str
    param: str | Absent = ABSENT


class NotAccepted(msgspec.Struct, kw_only=True):
    status: int
    errors: list[InputError] | Absent = ABSENT


class Done(msgspec.Struct, kw_only=True):
    status: int


class NewTokens(msgspec.Struct, kw_only=True):
    access_token: str
    refresh_token: str


class Refreshed(msgspec.Struct, kw_only=True):
    status: int
    data: NewTokens


class Address(msgspec.Struct, kw_only=True):
    """:param primary: whether it is the account's; another one waits to be verified."""

    email: str
    verified: bool
    primary: bool


class Addresses(msgspec.Struct, kw_only=True):
    status: int
    data: list[Address]


class Factor(msgspec.Struct, kw_only=True):
    """
    A second factor; times are seconds since 1970.

    :param type: totp, an app that shows a code every 30 seconds; or recovery_codes.
    """

    type: str
    created_at: float
    last_used_at: float | None
    total_code_count: int | Absent = ABSENT
    unused_code_count: int | Absent = ABSENT
    unused_codes: list[str] | Absent = ABSENT


class FactorShown(msgspec.Struct, kw_only=True):
    status: int
    data: Factor


class FactorsShown(msgspec.Struct, kw_only=True):
    status: int
    data: list[Factor]


class NewSecret(msgspec.Struct, kw_only=True):
    """
    :param secret: for an app, in Base32 (RFC 6238).
    :param totp_url: the same, to be shown as a QR code.
    """

    secret: str
    totp_url: str


class NoApp(msgspec.Struct, kw_only=True):
    status: int
    meta: NewSecret
