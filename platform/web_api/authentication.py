"""
Who is calling: access tokens, which every context verifies for itself, asking neither a database nor identity.

What an access token looks like (RFC 9068) is said here; only identity issues one. It stays good until it
expires, also after a sign-out, and therefore lives for minutes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Final
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

ALGORITHM: Final = "Ed25519"
AUDIENCE = "storefront"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - a media type
TOKEN_USE = "access"  # noqa: S105 - a word
LEEWAY = 10  # seconds that the clocks of two machines may differ


class InvalidToken(AuthenticationFailed):
    default_code = "invalid_token"
    default_detail = "The access token is not valid: send `Authorization: Bearer <token>`, or sign in again."


class TokenExpired(AuthenticationFailed):
    default_code = "token_expired"
    default_detail = "The access token has expired: refresh it."


@dataclass(frozen=True, slots=True)
class Principal:
    """
    Who is calling, as the access token says.

    :param id: the user's id, which contexts know as the customer's.
    :param session_id: names one sign-in of this user.
    :param roles: "customer" for everybody, "operator" for those who run the shop.
    """

    id: UUID
    session_id: str
    roles: tuple[str, ...]

    is_authenticated: ClassVar[bool] = True


def verify(token: str | bytes) -> Principal:
    """
    Return whose access token this is.

    :raises TokenExpired: it was good, and is too old.
    :raises InvalidToken: anything else is wrong with it.
    """
    try:
        decoded = jwt.decode(token, _verification_keys()(), algorithms=[ALGORITHM])
        if decoded.header.get("typ") != TOKEN_TYPE:
            raise InvalidToken
        _claims().validate(decoded.claims)
        return _principal(decoded.claims)
    except ExpiredTokenError:
        raise TokenExpired from None
    except (JoseError, ValueError, TypeError):
        raise InvalidToken from None


def caller_of(request: Request) -> Principal:
    """
    Return who sent this request.

    :raises NotAuthenticated: it came without a token.
    """
    if not isinstance(request.user, Principal):
        raise NotAuthenticated
    return request.user


def customer_id_of(request: Request) -> UUID | None:
    """Return the id of the customer who sent this request, or None for a guest."""
    return request.user.id if isinstance(request.user, Principal) else None


class BearerAuthentication(BaseAuthentication):
    """Take the caller from `Authorization: Bearer <access token>`; without that header they are anonymous."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """
        Return the caller, or nothing where the request names none.

        :raises AuthenticationFailed: the request has a token, but not one to trust.
        """
        header = get_authorization_header(request)
        if not header:
            return None
        scheme, _, token = header.partition(b" ")
        if scheme.lower() != b"bearer":
            raise InvalidToken
        return verify(token.strip()), None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):
    """How the API's documentation presents the above; drf-spectacular finds it here."""

    target_class = BearerAuthentication
    name = "accessToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


@cache
def _verification_keys() -> Callable[[], KeySet]:
    """Return what answers with the public keys; which function that is, a setting says."""
    keys: Callable[[], KeySet] = import_string(settings.TOKEN_VERIFICATION_KEYS)
    return keys


def _claims() -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": settings.TOKEN_ISSUER},
        aud={"essential": True, "value": AUDIENCE},
        token_use={"essential": True, "value": TOKEN_USE},
        sub={"essential": True},
        sid={"essential": True},
        roles={"essential": True, "allow_blank": True},
        exp={"essential": True},
    )


def _principal(claims: dict[str, Any]) -> Principal:
    return Principal(id=UUID(claims["sub"]), session_id=str(claims["sid"]), roles=tuple(map(str, claims["roles"])))
