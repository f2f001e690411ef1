"""
The tokens of a sign-in: a short-lived access token, and a refresh token that rotates.

allauth calls this strategy (settings.HEADLESS_TOKEN_STRATEGY). Its own stores refresh tokens in the session, where two
concurrent requests can both use one token, and it supports neither Ed25519 nor key sets.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.http import HttpRequest
from django.utils import timezone
from joserfc import jwt
from rest_framework.exceptions import APIException, AuthenticationFailed

from contexts.identity.adapters.signing_keys import signing_key
from contexts.identity.db import atomic
from contexts.identity.domain.refresh_tokens import RefreshDecision, decide_refresh
from contexts.identity.models import RefreshToken, RefreshTokenFamily, User
from web_api.authentication import ALGORITHM, AUDIENCE, TOKEN_TYPE, TOKEN_USE, verify

CREATED_BY, API = "created_by", "api"


class InvalidRefreshToken(APIException):
    status_code = 400
    default_code = "invalid_refresh_token"
    default_detail = "The refresh token is unknown, expired, or used before: sign in again."


class TokenStrategy(SessionTokenStrategy):  # type: ignore[misc]
    def create_session_token(self, request: HttpRequest) -> str:
        """Return the key of a request's session, after marking it as a session of this API."""
        if request.session.get(CREATED_BY) != API:
            request.session[CREATED_BY] = API
        return str(super().create_session_token(request))

    def lookup_session(self, session_token: str) -> SessionBase | None:
        """Return the session of this key if this API created it; sessions of the operators' pages are ignored."""
        session: SessionBase | None = super().lookup_session(session_token)
        return session if session and session.get(CREATED_BY) == API else None

    def get_session_token(self, request: HttpRequest) -> str | None:
        """Return the session key of a request, from X-Session-Token or from its access token."""
        session_token: str | None = super().get_session_token(request)
        return session_token or _session_key_of(request.headers.get("Authorization", ""))

    def create_access_token_payload(self, request: HttpRequest) -> dict[str, Any]:
        """Return the tokens for the `meta` of the response to a sign-in or sign-up."""
        now, user = timezone.now(), request.user
        assert isinstance(user, User)  # noqa: S101 - allauth calls this only for a signed-in user
        with atomic():
            family = RefreshTokenFamily.for_session(self.create_session_token(request), user_id=user.id, now=now)
            refresh_token = family.issue(now=now)
        return {
            "access_token": access_token(user, family, now=now),
            "refresh_token": refresh_token,
            "expires_in": settings.ACCESS_TOKEN_LIFETIME,
        }

    def refresh_token(self, refresh_token: str) -> tuple[str, str]:
        """
        Return a new access and refresh token in exchange for this one.

        :raises InvalidRefreshToken: it is not valid; allauth would return 400 without a reason.
        """
        try:
            with atomic():
                tokens = self._exchange(refresh_token, now=timezone.now())
        except UpdateError:  # the user signed out at this very moment
            tokens = None
        if tokens is None:  # outside the transaction, so that a revocation is committed
            raise InvalidRefreshToken
        return tokens

    def _exchange(self, refresh_token: str, *, now: datetime) -> tuple[str, str] | None:
        stored = RefreshToken.objects.lock(refresh_token)
        if stored is None:
            return None
        family, session = stored.family, self.lookup_session(stored.family.session_key)
        decision = decide_refresh(
            used_at=stored.used_at,
            revoked_at=family.revoked_at,
            expires_at=stored.expires_at,
            signed_in=_belongs_to(session, family.user),
            grace=settings.REFRESH_GRACE,
            now=now,
        )
        if decision is RefreshDecision.ROTATE and session:
            stored.mark_used(now=now)
            session.save()  # it expires with the newest refresh token
            return access_token(family.user, family, now=now), family.issue(now=now)
        if decision is RefreshDecision.REVOKE:
            family.revoke(now=now)
            if session:
                session.delete()
        return None


def access_token(user: User, family: RefreshTokenFamily, *, now: datetime) -> str:
    """Return a signed access token, valid for settings.ACCESS_TOKEN_LIFETIME seconds from now."""
    issued_at, key = int(now.timestamp()), signing_key()
    claims = {
        "iss": settings.TOKEN_ISSUER,
        "aud": AUDIENCE,
        "sub": str(user.id),
        "sid": str(family.id),
        "jti": str(uuid4()),
        "roles": user.roles,
        "token_use": TOKEN_USE,
        "iat": issued_at,
        "exp": issued_at + settings.ACCESS_TOKEN_LIFETIME,
    }
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": TOKEN_TYPE}, claims, key, algorithms=[ALGORITHM])


def _session_key_of(authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        session_id = verify(token.strip()).session_id
    except AuthenticationFailed:
        # Not refused here: clients often send their expired access token with a refresh.
        return None
    return RefreshTokenFamily.objects.filter(pk=session_id).values_list("session_key", flat=True).first()


def _belongs_to(session: SessionBase | None, user: User) -> bool:
    """Return whether a session exists, and belongs to this user with the current security stamp."""
    if session is None:
        return False
    request = HttpRequest()
    request.session = session
    return get_user(request) == user
