"""What allauth answers to clients, described for the API's documentation; a test holds it to that."""

from uuid import UUID

import msgspec

Unset = msgspec.UnsetType
UNSET = msgspec.UNSET


class Account(msgspec.Struct, kw_only=True):
    id: UUID
    display: str
    email: str
    has_usable_password: bool


class AuthenticationMethod(msgspec.Struct, kw_only=True):
    """
    How the user has shown who they are, and when, in seconds since 1970.

    :param method: password, mfa.
    :param type: of the second factor: totp, recovery_codes.
    """

    method: str
    at: float
    email: str | Unset = UNSET
    reauthenticated: bool | Unset = UNSET
    id: int | Unset = UNSET
    type: str | Unset = UNSET


class Authentication(msgspec.Struct, kw_only=True):
    user: Account
    methods: list[AuthenticationMethod]


class AuthenticationMeta(msgspec.Struct, kw_only=True):
    """
    The access token is for `Authorization: Bearer`, and good for `expires_in` seconds; the refresh token is
    good once. They come when somebody is signed in. `session_token` comes whenever it is new; before somebody is
    signed in, it is what the next step of the same flow needs as `X-Session-Token`.
    """

    is_authenticated: bool | None
    session_token: str | Unset = UNSET
    access_token: str | Unset = UNSET
    refresh_token: str | Unset = UNSET
    expires_in: int | Unset = UNSET


class AuthenticatedResponse(msgspec.Struct, kw_only=True):
    status: int
    data: Authentication
    meta: AuthenticationMeta


class Flow(msgspec.Struct, kw_only=True):
    """
    :param id: login, signup, verify_email, mfa_authenticate, password_reset_by_code, reauthenticate,
        mfa_reauthenticate.
    :param is_pending: whether this one is under way, and waits for its code.
    :param types: which second factors there are: totp, recovery_codes.
    """

    id: str
    is_pending: bool | Unset = UNSET
    types: list[str] | Unset = UNSET


class AvailableFlows(msgspec.Struct, kw_only=True):
    """What a client may do next; with a user, where they must show once more who they are."""

    flows: list[Flow]
    user: Account | Unset = UNSET
    methods: list[AuthenticationMethod] | Unset = UNSET


class AuthenticationRequiredResponse(msgspec.Struct, kw_only=True):
    status: int
    data: AvailableFlows
    meta: AuthenticationMeta


class InputError(msgspec.Struct, kw_only=True):
    """:param param: the field that is wrong, where it is one."""

    message: str
    code: str
    param: str | Unset = UNSET


class ErrorResponse(msgspec.Struct, kw_only=True):
    status: int
    errors: list[InputError] | Unset = UNSET


class StatusResponse(msgspec.Struct, kw_only=True):
    status: int


class TokenPair(msgspec.Struct, kw_only=True):
    access_token: str
    refresh_token: str


class TokenRefreshResponse(msgspec.Struct, kw_only=True):
    status: int
    data: TokenPair


class EmailAddress(msgspec.Struct, kw_only=True):
    """:param primary: whether it is the account's; another one waits to be verified."""

    email: str
    verified: bool
    primary: bool


class EmailAddressesResponse(msgspec.Struct, kw_only=True):
    status: int
    data: list[EmailAddress]


class SecondFactor(msgspec.Struct, kw_only=True):
    """
    A second factor; times are seconds since 1970.

    :param type: totp, an app that shows a code every 30 seconds; or recovery_codes.
    """

    type: str
    created_at: float
    last_used_at: float | None
    total_code_count: int | Unset = UNSET
    unused_code_count: int | Unset = UNSET
    unused_codes: list[str] | Unset = UNSET


class SecondFactorResponse(msgspec.Struct, kw_only=True):
    status: int
    data: SecondFactor


class SecondFactorsResponse(msgspec.Struct, kw_only=True):
    status: int
    data: list[SecondFactor]


class TotpSecret(msgspec.Struct, kw_only=True):
    """
    :param secret: for an app, in Base32 (RFC 6238).
    :param totp_url: the same, to be shown as a QR code.
    """

    secret: str
    totp_url: str


class TotpNotFoundResponse(msgspec.Struct, kw_only=True):
    status: int
    meta: TotpSecret
