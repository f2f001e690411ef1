"""Bad requests to allauth's endpoints: the response names the error, and nothing changes."""

from typing import Any

import pytest
from django.test import Client

from contexts.identity.models import User
from tests.identity.conftest import PREFIX, Visitor

pytestmark = pytest.mark.django_db

ENDPOINTS = [f"app/v1/{path}" for path in ("auth/signup", "auth/login", "auth/password/request", "tokens/refresh")]
BODIES = {
    "not JSON": b"{",
    "invalid UTF-8": b'{"email": "\xff@example.com", "password": "x"}',
    "lone surrogates": rb'{"email": "a@\ud800.com", "password": "\ud800", "refresh_token": "\ud800"}',
    "not an object": b"[]",
    "an empty body": b"",
    "null": b"null",
    "a number": b"1e400",
    "very deep nesting": b'{"email":' + b"[" * 100_000,
    "null bytes": rb'{"email": "a@\u0000.com", "password": "a-basket\u0000", "refresh_token": "\u0000"}',
    "other types": b'{"email": {"a": 1}, "password": [], "refresh_token": {}}',
    "a very long address": b'{"email": "%s@example.com", "password": "a-basket-of-apples"}' % (b"a" * 100_000),
}


def send(path: str, body: bytes, content_type: str = "application/json") -> Any:
    return Client(raise_request_exception=False).post(f"{PREFIX}/{path}", body, content_type)


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_bad_body_is_refused_with_a_reason(path: str, body: bytes) -> None:
    response = send(path, body)

    assert response.status_code == 400
    assert response.json()["errors"] if "errors" in response.json() else response.json()["detail"]
    assert not User.objects.exists()


def test_another_content_type_is_refused() -> None:
    response = send("app/v1/auth/login", b"email=a@example.com", "application/x-www-form-urlencoded")

    assert (response.status_code, response["Content-Type"]) == (415, "application/problem+json")


def test_another_method_is_refused() -> None:
    response = Client().put(f"{PREFIX}/app/v1/auth/login", b"{}", "application/json")

    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")


@pytest.mark.parametrize("path", ["app/v1/config", "app/v1/account/phone", "browser/v1/auth/session"])
def test_other_endpoints_of_allauth_are_not_offered(path: str) -> None:
    assert Visitor().get(path).status_code == 404
