"""The audit log: who signed in or out, who was refused, and whose password or factor changed, by id alone."""

import logging
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from contexts.identity.adapters import audit
from contexts.identity.models import User
from telemetry.logs import JsonLines
from tests.admin.desk import PASSWORD as OPERATORS_PASSWORD
from tests.admin.desk import code_at, desk, operator, sign_in, with_factor
from tests.identity.conftest import EMAIL, PASSWORD, Visitor, code_for, going_on

pytestmark = pytest.mark.django_db(databases="__all__")

Facts = dict[str, Any]
FACTOR = "/admin/identity/user/second-factor/"


@pytest.fixture(autouse=True)
def _nothing_counted(caplog: pytest.LogCaptureFixture) -> None:
    cache.clear()
    caplog.set_level(logging.INFO, "audit")


def heard(caplog: pytest.LogCaptureFixture) -> list[Facts]:
    """Return the facts of each line of the audit log so far."""
    return [record.facts for record in caplog.records if record.name == "audit"]  # type: ignore[attr-defined]


def written_down() -> list[str]:
    return [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]


def test_tells_of_a_customer_who_signs_in_and_out(caplog: pytest.LogCaptureFixture) -> None:
    me = going_on(Visitor().sign_up())
    me.sign_out()

    who = {"user_id": str(User.objects.get().pk), "at": "the API"}
    assert heard(caplog) == [{"event": "signed_in"} | who, {"event": "signed_out"} | who]
    assert written_down() == []


def test_tells_of_who_is_refused_with_the_account_where_there_is_one(caplog: pytest.LogCaptureFixture) -> None:
    user = User.objects.create_user(EMAIL, PASSWORD)
    Visitor().sign_in(password="wrong")
    Visitor().sign_in("nobody@example.com")

    refused = {"event": "sign-in_refused", "at": "the API"}
    assert heard(caplog) == [refused | {"user_id": str(user.pk)}, refused]


def test_tells_of_tries_that_were_too_many(caplog: pytest.LogCaptureFixture, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "1/d/key"}
    for _ in range(2):
        Visitor().sign_in("nobody@example.com")

    assert [facts["event"] for facts in heard(caplog)] == 2 * ["sign-in_refused"]


def test_tells_of_passwords_that_change(caplog: pytest.LogCaptureFixture) -> None:
    me = going_on(Visitor().sign_up())
    me.post("app/v1/account/password/change", {"current_password": PASSWORD, "new_password": PASSWORD + "!"})
    going_on(Visitor().ask_for_a_password()).reset(code_for(), PASSWORD)

    assert {"password_changed", "password_reset"} < {facts["event"] for facts in heard(caplog)}


def test_holds_no_address_whatever_is_typed(caplog: pytest.LogCaptureFixture) -> None:
    Visitor().sign_in("nobody@example.com")
    going_on(Visitor().sign_up()).sign_out()

    lines = [JsonLines().format(record) for record in caplog.records if record.name == "audit"]
    assert len(lines) == 3
    assert '"event":"signed_in"' in "".join(lines)
    assert "example.com" not in "".join(lines)


class TestAnOperator:
    def test_is_written_down_when_they_sign_in_and_out_and_are_refused(self, caplog: pytest.LogCaptureFixture) -> None:
        operator()
        browser = Client()
        sign_in(browser, password="wrong")
        sign_in(browser)
        browser.post("/admin/logout/")

        assert written_down() == [
            f"{what} at the operators' pages." for what in ("Sign-in refused", "Signed in", "Signed out")
        ]
        assert [facts["event"] for facts in heard(caplog)] == ["sign-in_refused", "signed_in", "signed_out"]

    def test_is_written_down_when_they_are_refused_at_the_api(self) -> None:
        operator(email=EMAIL)
        Visitor().sign_in(password="wrong")

        assert written_down() == ["Sign-in refused at the API."]

    def test_is_told_of_when_the_tries_were_too_many(self, caplog: pytest.LogCaptureFixture) -> None:
        for _ in range(6):
            sign_in(Client(), "nobody@example.com", "wrong")

        assert [facts["event"] for facts in heard(caplog)] == 6 * ["sign-in_refused"]

    def test_whose_password_changes_is_told_of(self, caplog: pytest.LogCaptureFixture) -> None:
        new = {"new_password1": "nine-tall-cups", "new_password2": "nine-tall-cups"}
        answer = desk().post("/admin/password_change/", {"old_password": OPERATORS_PASSWORD} | new)

        assert answer.status_code == 302
        assert "password_changed" in [facts["event"] for facts in heard(caplog)]
        assert written_down() == ["Password changed at the operators' pages."]

    @pytest.mark.parametrize(
        "sent",
        [
            {"usable_password": "true", "password1": "nine-tall-cups", "password2": "nine-tall-cups"},
            {"usable_password": "false", "unset-password": "on"},
        ],
        ids=["sets", "takes away"],
    )
    def test_whose_password_another_changes_is_told_of(
        self, sent: dict[str, str], caplog: pytest.LogCaptureFixture
    ) -> None:
        browser, lou = desk("Administrator"), operator("Order desk", "lou@example.com")
        browser.post(f"/admin/identity/user/{lou.pk}/password/", sent)

        told = {"event": "password_changed", "user_id": str(lou.pk), "at": "the operators' pages"}
        assert told in heard(caplog)
        assert [entry.user.email for entry in LogEntry.objects.filter(object_id=str(lou.pk))] == ["kim@example.com"]

    def test_at_whose_password_a_stranger_guesses_does_not_fill_the_log_of_changes(
        self, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(audit, "MOST_REFUSALS", 3)
        operator()
        for _ in range(8):
            sign_in(Client(), password="wrong")

        assert written_down() == 3 * ["Sign-in refused at the operators' pages."]
        assert len(heard(caplog)) == 8

    def test_who_gives_a_wrong_code_is_told_of_and_so_is_each_change_of_a_factor(
        self, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        _, codes = with_factor()
        browser = Client()
        sign_in(browser)
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(FACTOR, {"code": "000000"})
            browser.post(FACTOR, {"code": code_at(timezone.now())})
            browser.post(FACTOR, {"code": codes[0]})
            browser.post(FACTOR, {"code": codes[1]})

        events = [facts["event"] for facts in heard(caplog)]
        assert sorted(events) == ["code_refused", "code_refused", "recovery_codes_renewed", "signed_in"]

    def test_whose_factor_changes_at_the_api_is_written_down(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        me = going_on(Visitor().sign_up())
        User.objects.update(is_staff=True)
        me.post("app/v1/auth/reauthenticate", {"password": PASSWORD})
        totp = "app/v1/account/authenticators/totp"
        secret = me.get(totp).json()["meta"]["secret"]
        with django_capture_on_commit_callbacks(execute=True):
            assert me.post(totp, {"code": code_at(timezone.now(), secret)}).status_code == 200
            me.post("app/v1/account/authenticators/recovery-codes", {})
            assert me.delete(totp).status_code == 200

        assert [said for said in written_down() if "factor" in said or "codes" in said] == [
            "Second factor turned off at the API.",
            "Second factor set up at the API.",
            "Recovery codes renewed at the API.",
        ]
