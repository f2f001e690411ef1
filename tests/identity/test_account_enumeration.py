"""No request of a stranger shows whether an address has an account."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from contexts.identity.adapters import accounts
from contexts.identity.models import User
from tests.identity.conftest import EMAIL, PASSWORD, Visitor, visitor_after

pytestmark = pytest.mark.django_db

UNKNOWN = "nobody@example.com"
Requests = Callable[[str], Iterator[Any]]


def visible_to_clients(responses: Iterator[Any]) -> list[tuple[int, str]]:
    """Return the parts of each response that a stranger sees, without the random session token."""
    return [
        (response.status_code, re.sub(r'"session_token": "\w+"', "", response.content.decode()))
        for response in responses
    ]


def sign_up(email: str) -> Iterator[Any]:
    yield (pending := Visitor().begin_sign_up(email))
    yield visitor_after(pending).post("app/v1/auth/email/verify/resend", {})
    yield visitor_after(pending).get("app/v1/auth/session")
    for _ in range(4):
        yield visitor_after(pending).verify("BBBB-BBBB")


def sign_up_then_sign_in(email: str) -> Iterator[Any]:
    yield Visitor().begin_sign_up(email, "a-basket-of-pears")
    yield Visitor().sign_in(email, "a-basket-of-pears")
    yield Visitor().begin_sign_up(email, "a-basket-of-pears")
    yield Visitor().begin_sign_up(email, "short")


def sign_in(email: str) -> Iterator[Any]:
    yield Visitor().sign_in(email, "a-wrong-guess")


def request_password_reset(email: str) -> Iterator[Any]:
    yield (pending := Visitor().request_password_reset(email))
    yield visitor_after(pending).get("app/v1/auth/session")
    yield visitor_after(pending).reset_password("BBBB-BBBB", "short")
    yield visitor_after(pending).reset_password("", "short")
    for _ in range(2):
        yield visitor_after(pending).reset_password("BBBB-BBBB", PASSWORD)


def change_email(email: str) -> Iterator[Any]:
    kim = User.objects.filter(email="kim@example.com").exists()
    me = visitor_after(Visitor().sign_in("kim@example.com") if kim else Visitor().sign_up("kim@example.com"))
    me.post("app/v1/auth/reauthenticate", {"password": PASSWORD})
    changed = me.post("app/v1/account/email", {"email": email})
    changed.content = changed.content.replace(email.encode(), b"")
    yield changed
    yield me.verify("BBBB-BBBB")
    yield me.post("app/v1/auth/email/verify/resend", {})


@pytest.mark.parametrize(
    "requests",
    [sign_up, sign_up_then_sign_in, sign_in, request_password_reset, change_email],
)
def test_gets_the_same_responses_with_and_without_an_account(requests: Requests) -> None:
    Visitor().sign_up(EMAIL)

    assert visible_to_clients(requests(EMAIL)) == visible_to_clients(requests(UNKNOWN))


@pytest.mark.parametrize("requests", [sign_up, request_password_reset, change_email])
def test_sends_the_same_number_of_emails_with_and_without_an_account(requests: Requests) -> None:
    Visitor().sign_up(EMAIL)
    list(requests("another.customer@example.com"))  # creates the account of kim

    for email in (EMAIL, UNKNOWN):
        list(requests(email))

    sent = [message.to for message in mail.outbox]
    assert sent.count([EMAIL]) - 1 == sent.count([UNKNOWN])


def test_a_sign_up_with_a_known_address_hashes_a_password_too(monkeypatch: pytest.MonkeyPatch) -> None:
    Visitor().sign_up(EMAIL)
    hashed: list[str] = []
    monkeypatch.setattr(accounts, "make_password", hashed.append)

    Visitor().begin_sign_up(EMAIL)

    assert len(hashed) == 1


class TestRateLimits:
    def test_on_codes_apply_to_a_sign_up_with_a_known_and_an_unknown_address(self, settings: Settings) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "1/m/key", "signup": ""}
        me = visitor_after(Visitor().sign_up("kim.limits@example.com"))
        me.post("app/v1/auth/reauthenticate", {"password": PASSWORD})
        User.objects.create_user("known.limits@example.com")
        for email in ("known.limits@example.com", "unknown.limits@example.com"):
            me.post("app/v1/account/email", {"email": email})

        known = Visitor().begin_sign_up("known.limits@example.com")
        unknown = Visitor().begin_sign_up("unknown.limits@example.com")

        assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
        assert known.status_code == 429
        assert not User.objects.filter(email="unknown.limits@example.com").exists()

    @pytest.mark.parametrize(
        ("limit", "requests", "status"),
        [
            ("login_failed", lambda email: Visitor().sign_in(email, "a-wrong-guess"), 400),
            ("reset_password", lambda email: Visitor().request_password_reset(email), 429),
        ],
    )
    def test_on_attempts_apply_to_a_known_and_an_unknown_address(
        self, limit: str, requests: Callable[[str], Any], status: int, settings: Settings
    ) -> None:
        settings.ACCOUNT_RATE_LIMITS = {limit: "1/m/key"}
        Visitor().sign_up(f"known.{limit}@example.com")

        responses = [[requests(f"{who}.{limit}@example.com") for _ in range(2)] for who in ("known", "unknown")]

        assert visible_to_clients(iter(responses[0])) == visible_to_clients(iter(responses[1]))
        assert responses[0][1].status_code == status
        assert responses[0][0].content != responses[0][1].content
