"""
Authentication by access tokens, which every context verifies with public keys, without a database or a call.

The format of an access token (RFC 9068) is defined here; only identity issues one. A token stays valid until it
expires, even after a sign-out, and therefore expires within minutes.
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
LEEWAY = 10  # seconds by which the clocks of two machines may differ


class InvalidToken(AuthenticationFailed):
    default_code = "invalid_token"
    default_detail = "The access token is not valid: send `Authorization: Bearer <token>`, or sign in again."


class TokenExpired(AuthenticationFailed):
    default_code = "token_expired"
    default_detail = "The access token has expired: refresh it."


@dataclass(frozen=True, slots=True)
class Principal:
    """
    The authenticated user, as the access token names them.

    :param id: the user's id, which other contexts use as the customer's id.
    :param session_id: identifies one sign-in of this user.
    :param roles: "customer" for every user; also "operator" for those who run the shop.
    """

    id: UUID
    session_id: str
    roles: tuple[str, ...]

    is_authenticated: ClassVar[bool] = True


def verify(token: str | bytes) -> Principal:
    """
    Return the principal of an access token.

    :raises TokenExpired: the token was valid and has expired.
    :raises InvalidToken: the token is invalid for any other reason.
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
    Return the principal who sent a request.

    :raises NotAuthenticated: the request has no token.
    """
    if not isinstance(request.user, Principal):
        raise NotAuthenticated
    return request.user


def customer_id_of(request: Request) -> UUID | None:
    """Return the id of the customer who sent a request, or None for a guest."""
    return request.user.id if isinstance(request.user, Principal) else None


class BearerAuthentication(BaseAuthentication):
    """Authenticates by `Authorization: Bearer <access token>`; a request without that header is anonymous."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """
        Return the principal, or None if the request has no token.

        :raises AuthenticationFailed: the token is invalid or has expired.
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
    """Describes `BearerAuthentication` in the OpenAPI document; drf-spectacular finds this class by its base."""

    target_class = BearerAuthentication
    name = "accessToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


@cache
def _verification_keys() -> Callable[[], KeySet]:
    """Return the function that the setting TOKEN_VERIFICATION_KEYS names; it returns the public keys."""
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
