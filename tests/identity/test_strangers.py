"""Nothing that a stranger can ask tells whether an address has an account."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from contexts.identity.adapters import accounts
from contexts.identity.models import User
from tests.identity.conftest import EMAIL, PASSWORD, Visitor, going_on

pytestmark = pytest.mark.django_db

UNKNOWN = "nobody@example.com"
Steps = Callable[[str], Iterator[Any]]


def seen(answers: Iterator[Any]) -> list[tuple[int, str]]:
    """Return all of each answer that a stranger sees, but for the session's random name."""
    return [(answer.status_code, re.sub(r'"session_token": "\w+"', "", answer.content.decode())) for answer in answers]


def signing_up(email: str) -> Iterator[Any]:
    yield (began := Visitor().begin_sign_up(email))
    yield going_on(began).post("app/v1/auth/email/verify/resend", {})
    yield going_on(began).get("app/v1/auth/session")
    for _ in range(4):
        yield going_on(began).verify("BBBB-BBBB")


def signing_up_and_trying_the_password(email: str) -> Iterator[Any]:
    yield Visitor().begin_sign_up(email, "a-basket-of-pears")
    yield Visitor().sign_in(email, "a-basket-of-pears")
    yield Visitor().begin_sign_up(email, "a-basket-of-pears")
    yield Visitor().begin_sign_up(email, "short")


def signing_in(email: str) -> Iterator[Any]:
    yield Visitor().sign_in(email, "a-wrong-guess")


def asking_for_a_password(email: str) -> Iterator[Any]:
    yield (began := Visitor().ask_for_a_password(email))
    yield going_on(began).get("app/v1/auth/session")
    yield going_on(began).reset("BBBB-BBBB", "short")
    yield going_on(began).reset("", "short")
    for _ in range(2):
        yield going_on(began).reset("BBBB-BBBB", PASSWORD)


def changing_the_address(email: str) -> Iterator[Any]:
    kim = User.objects.filter(email="kim@example.com").exists()
    me = going_on(Visitor().sign_in("kim@example.com") if kim else Visitor().sign_up("kim@example.com"))
    me.post("app/v1/auth/reauthenticate", {"password": PASSWORD})
    changed = me.post("app/v1/account/email", {"email": email})
    changed.content = changed.content.replace(email.encode(), b"")
    yield changed
    yield me.verify("BBBB-BBBB")
    yield me.post("app/v1/auth/email/verify/resend", {})


@pytest.mark.parametrize(
    "steps",
    [signing_up, signing_up_and_trying_the_password, signing_in, asking_for_a_password, changing_the_address],
)
def test_is_answered_alike(steps: Steps) -> None:
    Visitor().sign_up(EMAIL)

    assert seen(steps(EMAIL)) == seen(steps(UNKNOWN))


@pytest.mark.parametrize("steps", [signing_up, asking_for_a_password, changing_the_address])
def test_sends_as_many_mails(steps: Steps) -> None:
    Visitor().sign_up(EMAIL)
    list(steps("somebody.else@example.com"))  # so that kim is there

    for email in (EMAIL, UNKNOWN):
        list(steps(email))

    sent = [message.to for message in mail.outbox]
    assert sent.count([EMAIL]) - 1 == sent.count([UNKNOWN])


def test_hashes_a_password_in_both_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    Visitor().sign_up(EMAIL)
    hashed: list[str] = []
    monkeypatch.setattr(accounts, "make_password", hashed.append)

    Visitor().begin_sign_up(EMAIL)

    assert len(hashed) == 1


class TestLimits:
    def test_of_codes_for_an_address_bear_on_a_sign_up_alike(self, settings: Settings) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "1/m/key", "signup": ""}
        me = going_on(Visitor().sign_up("kim.limits@example.com"))
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
        ("limit", "steps", "status"),
        [
            ("login_failed", lambda email: Visitor().sign_in(email, "a-wrong-guess"), 400),
            ("reset_password", lambda email: Visitor().ask_for_a_password(email), 429),
        ],
    )
    def test_of_tries_bear_on_an_unknown_address_alike(
        self, limit: str, steps: Callable[[str], Any], status: int, settings: Settings
    ) -> None:
        settings.ACCOUNT_RATE_LIMITS = {limit: "1/m/key"}
        Visitor().sign_up(f"known.{limit}@example.com")

        answers = [[steps(f"{who}.{limit}@example.com") for _ in range(2)] for who in ("known", "unknown")]

        assert seen(iter(answers[0])) == seen(iter(answers[1]))
        assert answers[0][1].status_code == status
        assert answers[0][0].content != answers[0][1].content
