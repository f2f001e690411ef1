"""The responses of allauth, described for the API's documentation; a test compares them with real responses."""

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
    How the user authenticated, and when, in seconds since 1970.

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
    The access token is for `Authorization: Bearer`, and valid for `expires_in` seconds; the refresh token is
    valid once. Both are present if a user is signed in. `session_token` is present whenever it is new; before a user
    is signed in, the next step of the same flow sends it as `X-Session-Token`.
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
    A step of a sign-in, a sign-up or a change of an account.

    :param id: login, signup, verify_email, mfa_authenticate, password_reset_by_code, reauthenticate,
        mfa_reauthenticate.
    :param is_pending: whether this flow has started, and waits for its code.
    :param types: the second factors of the user: totp, recovery_codes.
    """

    id: str
    is_pending: bool | Unset = UNSET
    types: list[str] | Unset = UNSET


class AvailableFlows(msgspec.Struct, kw_only=True):
    """The flows that a client may continue with; `user` is present if that user must reauthenticate."""

    flows: list[Flow]
    user: Account | Unset = UNSET
    methods: list[AuthenticationMethod] | Unset = UNSET


class AuthenticationRequiredResponse(msgspec.Struct, kw_only=True):
    status: int
    data: AvailableFlows
    meta: AuthenticationMeta


class InputError(msgspec.Struct, kw_only=True):
    """
    One reason why a request was refused.

    :param param: the invalid field, if the error is about a field.
    """

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
    """
    An e-mail address of an account.

    :param primary: whether it is the account's address; any other address waits to be verified.
    """

    email: str
    verified: bool
    primary: bool


class EmailAddressesResponse(msgspec.Struct, kw_only=True):
    status: int
    data: list[EmailAddress]


class SecondFactor(msgspec.Struct, kw_only=True):
    """
    A second factor; times are seconds since 1970.

    :param type: totp (an app that shows a code every 30 seconds) or recovery_codes.
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
    The secret of a new app for codes.

    :param secret: for an app, in Base32 (RFC 6238).
    :param totp_url: the same secret, to show as a QR code.
    """

    secret: str
    totp_url: str


class TotpNotFoundResponse(msgspec.Struct, kw_only=True):
    status: int
    meta: TotpSecret
