"""Access tokens: identity's private keys sign them, and every context verifies them without a database."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from contexts.identity.adapters.signing_keys import public_keys, signing_key
from tests.identity.conftest import Visitor
from web_api.authentication import InvalidToken, Principal, TokenExpired, caller_of, verify

USER = uuid4()


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    valid = {
        "iss": "markethall",
        "aud": "storefront",
        "sub": str(USER),
        "sid": "a sign-in",
        "roles": ["customer"],
        "token_use": "access",
        "jti": "1",
        "iat": now,
        "exp": now + 60,
    }
    return {name: value for name, value in (valid | changes).items() if value is not None}


def signed(header: dict[str, Any] | None = None, key: OKPKey | None = None, **changes: Any) -> str:
    key = key or signing_key()
    all_headers = {"alg": "Ed25519", "typ": "at+jwt", "kid": key.kid} | (header or {})
    return jwt.encode(all_headers, claims(**changes), key, algorithms=["Ed25519", "EdDSA"])


def unsigned(header: dict[str, Any], signature: bytes = b"", secret: bytes = b"") -> str:
    body = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims()))
    if secret:
        signature = hmac.digest(secret, body.encode(), "sha256")
    return f"{body}.{_encoded(signature)}"


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


class TestVerify:
    def test_returns_the_caller(self) -> None:
        assert verify(signed()) == Principal(id=USER, session_id="a sign-in", roles=("customer",))

    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "another-issuer"},
            {"aud": "another-audience"},
            {"token_use": "refresh"},
            {"sub": "not-an-id"},
            {"sub": 7},
            {"exp": "tomorrow"},
            {"roles": 7},
            *({name: None} for name in ("iss", "aud", "sub", "sid", "roles", "exp", "token_use")),
        ],
        ids=str,
    )
    def test_refuses_a_wrong_or_missing_claim(self, changes: dict[str, Any]) -> None:
        with pytest.raises(InvalidToken):
            verify(signed(**changes))

    def test_distinguishes_an_expired_token_from_a_wrong_one(self) -> None:
        with pytest.raises(TokenExpired):
            verify(signed(exp=int(time.time()) - 60))

    def test_refuses_another_key(self) -> None:
        forged = OKPKey.generate_key("Ed25519", auto_kid=True)

        with pytest.raises(InvalidToken):
            verify(signed(key=forged))
        with pytest.raises(InvalidToken):
            verify(signed({"kid": signing_key().kid}, key=forged))

    def test_refuses_a_key_in_the_header_of_the_token(self) -> None:
        forged = OKPKey.generate_key("Ed25519", auto_kid=True)

        with pytest.raises(InvalidToken):
            verify(signed({"jwk": forged.as_dict(private=False)}, key=forged))

    def test_refuses_a_token_without_a_signature(self) -> None:
        with pytest.raises(InvalidToken):
            verify(unsigned({"alg": "none", "typ": "at+jwt"}))

    @pytest.mark.parametrize("form", ["x", "raw", "document", "PEM"])
    def test_refuses_the_public_key_as_a_shared_secret(self, form: str) -> None:
        key = signing_key()
        public = key.as_dict(private=False)
        secret = {
            "x": str(public["x"]).encode(),
            "raw": key.public_key.public_bytes_raw(),
            "document": json.dumps(public).encode(),
            "PEM": key.as_pem(private=False),
        }[form]

        with pytest.raises(InvalidToken):
            verify(unsigned({"alg": "HS256", "typ": "at+jwt", "kid": key.kid}, secret=secret))

    def test_refuses_a_token_of_another_type(self) -> None:
        with pytest.raises(InvalidToken):
            verify(signed({"typ": "JWT"}))

    def test_refuses_a_token_that_was_changed(self) -> None:
        header, _, signature = signed().split(".")
        other = signed(sub=str(uuid4())).split(".")[1]

        with pytest.raises(InvalidToken):
            verify(f"{header}.{other}.{signature}")

    @pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é", "\0", "x" * 200_000, "W10.W10.", "bnVsbA.e30.e30"])
    def test_refuses_text_that_is_not_a_token(self, token: str) -> None:
        with pytest.raises(InvalidToken):
            verify(token)


class PublicView(APIView):
    """Represents a view of any context."""

    def get(self, request: Request) -> Response:
        return Response(str(request.user.id) if request.user else "anonymous")


class AuthenticatedView(APIView):
    def get(self, request: Request) -> Response:
        return Response(str(caller_of(request).id))


def call(view: type[APIView], authorization: str | None = None) -> Any:
    headers = {} if authorization is None else {"Authorization": authorization}
    return view.as_view()(APIRequestFactory().get("/", headers=headers))


class TestBearerAuthentication:
    """These tests have no database mark, so any query fails the test."""

    def test_identifies_the_caller(self) -> None:
        assert (
            call(PublicView, f"Bearer {signed()}").data
            == call(AuthenticatedView, f"bearer {signed()}").data
            == str(USER)
        )

    def test_admits_an_anonymous_client_if_the_view_does(self) -> None:
        assert call(PublicView).data == "anonymous"
        assert (call(AuthenticatedView).status_code, call(AuthenticatedView).data["code"]) == (401, "not_authenticated")

    @pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x y", "Basic Zm9vOmJhcg==", "Bearer \xff"])
    @pytest.mark.parametrize("view", [PublicView, AuthenticatedView])
    def test_refuses_a_malformed_header(self, view: type[APIView], header: str) -> None:
        response = call(view, header)

        assert (response.status_code, response.data["code"]) == (401, "invalid_token")
        assert response["WWW-Authenticate"] == "Bearer"

    def test_reports_an_expired_token(self) -> None:
        response = call(PublicView, f"Bearer {signed(exp=int(time.time()) - 60)}")

        assert (response.status_code, response.data["code"]) == (401, "token_expired")
        assert response["WWW-Authenticate"] == "Bearer"


class TestSigningKeys:
    def test_are_the_same_in_every_process(self, settings: Settings) -> None:
        settings.TOKEN_SIGNING_KEYS, settings.SECRET_KEY = [], "the same everywhere"

        assert signing_key().kid == "HkKrWEjEht8LR40W2468qHyHNqviEin9DomTZievriU"

    def test_can_be_rotated_without_signing_anyone_out(self, settings: Settings) -> None:
        old, new = (json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True)) for _ in range(2))
        settings.TOKEN_SIGNING_KEYS = [old]
        token = signed()

        settings.TOKEN_SIGNING_KEYS = [new, old]
        assert verify(token).id == verify(signed()).id == USER
        assert signing_key().kid != public_keys().keys[1].kid

        settings.TOKEN_SIGNING_KEYS = [new]
        with pytest.raises(InvalidToken):
            verify(token)

    @pytest.mark.parametrize("kind", ["text", "public", "another curve", "another type"])
    def test_that_cannot_sign_are_refused_without_showing_their_value(self, settings: Settings, kind: str) -> None:
        settings.TOKEN_SIGNING_KEYS = [
            {
                "text": "secret",
                "public": json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=False)),
                "another curve": json.dumps(OKPKey.generate_key("X25519").as_dict(private=True)),
                "another type": '{"kty": "oct", "k": "secret"}',
            }[kind]
        ]

        with pytest.raises(ImproperlyConfigured) as refusal:
            signing_key()
        assert "secret" not in str(refusal.value)


@pytest.mark.django_db
class TestPublishedKeys:
    def test_verify_the_tokens_that_identity_issues(self) -> None:
        document = Visitor().get(".well-known/jwks.json").json()
        token = Visitor().sign_up().json()["meta"]["access_token"]

        decoded = jwt.decode(token, KeySet.import_key_set(document), algorithms=["Ed25519"])

        assert UUID(decoded.claims["sub"])
        assert decoded.header == {"alg": "Ed25519", "typ": "at+jwt", "kid": document["keys"][0]["kid"]}

    def test_contain_nothing_private(self) -> None:
        response = Visitor().get(".well-known/jwks.json")

        assert "max-age" in response["Cache-Control"]
        assert [set(key) for key in response.json()["keys"]] == [{"kty", "crv", "x", "kid", "use", "alg"}]
        assert not any(key.is_private for key in public_keys())


@pytest.mark.django_db
def test_an_access_token_does_not_contain_the_key_of_the_session() -> None:
    tokens = Visitor().sign_up().json()["meta"]
    decoded = jwt.decode(tokens["access_token"], public_keys(), algorithms=["Ed25519"])

    assert tokens["session_token"] not in str(decoded.claims)
