"""The audit log: sign-ins, sign-outs, refusals, and changes of passwords and factors, with the user's id only."""

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
from observability.logs import JsonFormatter
from tests.admin.operators import PASSWORD as OPERATORS_PASSWORD
from tests.admin.operators import create_operator, operator_client, operator_with_second_factor, sign_in, totp_at
from tests.identity.conftest import EMAIL, PASSWORD, Visitor, emailed_code, visitor_after

pytestmark = pytest.mark.django_db

Attributes = dict[str, Any]
FACTOR = "/admin/identity/user/second-factor/"


@pytest.fixture(autouse=True)
def _reset_counters(caplog: pytest.LogCaptureFixture) -> None:
    cache.clear()
    caplog.set_level(logging.INFO, "audit")


def audit_events(caplog: pytest.LogCaptureFixture) -> list[Attributes]:
    """Return the attributes of each line of the audit log so far."""
    return [record.attributes for record in caplog.records if record.name == "audit"]  # type: ignore[attr-defined]


def change_log() -> list[str]:
    return [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]


def test_records_a_customer_who_signs_in_and_out(caplog: pytest.LogCaptureFixture) -> None:
    me = visitor_after(Visitor().sign_up())
    me.sign_out()

    attributes = {"user_id": str(User.objects.get().pk), "source": "the API"}
    assert audit_events(caplog) == [{"event": "signed_in"} | attributes, {"event": "signed_out"} | attributes]
    assert change_log() == []


def test_records_a_refused_sign_in_with_the_account_if_there_is_one(caplog: pytest.LogCaptureFixture) -> None:
    user = User.objects.create_user(EMAIL, PASSWORD)
    Visitor().sign_in(password="wrong")
    Visitor().sign_in("nobody@example.com")

    refused = {"event": "sign-in_refused", "source": "the API"}
    assert audit_events(caplog) == [refused | {"user_id": str(user.pk)}, refused]


def test_records_too_many_attempts(caplog: pytest.LogCaptureFixture, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "1/d/key"}
    for _ in range(2):
        Visitor().sign_in("nobody@example.com")

    assert [line["event"] for line in audit_events(caplog)] == 2 * ["sign-in_refused"]


def test_records_password_changes(caplog: pytest.LogCaptureFixture) -> None:
    me = visitor_after(Visitor().sign_up())
    me.post("app/v1/account/password/change", {"current_password": PASSWORD, "new_password": PASSWORD + "!"})
    visitor_after(Visitor().request_password_reset()).reset_password(emailed_code(), PASSWORD)

    assert {"password_changed", "password_reset"} < {line["event"] for line in audit_events(caplog)}


def test_contains_no_email_address(caplog: pytest.LogCaptureFixture) -> None:
    Visitor().sign_in("nobody@example.com")
    visitor_after(Visitor().sign_up()).sign_out()

    lines = [JsonFormatter().format(record) for record in caplog.records if record.name == "audit"]
    assert len(lines) == 3
    assert '"event":"signed_in"' in "".join(lines)
    assert "example.com" not in "".join(lines)


class TestOperators:
    def test_are_logged_when_they_sign_in_and_out_and_are_refused(self, caplog: pytest.LogCaptureFixture) -> None:
        create_operator()
        browser = Client()
        sign_in(browser, password="wrong")
        sign_in(browser)
        browser.post("/admin/logout/")

        assert change_log() == [
            f"{event} at the operators' pages." for event in ("Sign-in refused", "Signed in", "Signed out")
        ]
        assert [line["event"] for line in audit_events(caplog)] == [
            "sign-in_refused",
            "signed_in",
            "signed_out",
        ]

    def test_are_logged_when_they_are_refused_at_the_api(self) -> None:
        create_operator(email=EMAIL)
        Visitor().sign_in(password="wrong")

        assert change_log() == ["Sign-in refused at the API."]

    def test_are_audited_after_too_many_attempts(self, caplog: pytest.LogCaptureFixture) -> None:
        for _ in range(6):
            sign_in(Client(), "nobody@example.com", "wrong")

        assert [line["event"] for line in audit_events(caplog)] == 6 * ["sign-in_refused"]

    def test_are_audited_when_they_change_their_password(self, caplog: pytest.LogCaptureFixture) -> None:
        new = {"new_password1": "nine-tall-cups", "new_password2": "nine-tall-cups"}
        response = operator_client().post("/admin/password_change/", {"old_password": OPERATORS_PASSWORD} | new)

        assert response.status_code == 302
        assert "password_changed" in [line["event"] for line in audit_events(caplog)]
        assert change_log() == ["Password changed at the operators' pages."]

    @pytest.mark.parametrize(
        "form_data",
        [
            {"usable_password": "true", "password1": "nine-tall-cups", "password2": "nine-tall-cups"},
            {"usable_password": "false", "unset-password": "on"},
        ],
        ids=["sets", "removes"],
    )
    def test_are_audited_when_another_operator_changes_their_password(
        self, form_data: dict[str, str], caplog: pytest.LogCaptureFixture
    ) -> None:
        browser, lou = operator_client("Administrator"), create_operator("Order desk", "lou@example.com")
        browser.post(f"/admin/identity/user/{lou.pk}/password/", form_data)

        expected = {"event": "password_changed", "user_id": str(lou.pk), "source": "the operators' pages"}
        assert expected in audit_events(caplog)
        assert [entry.user.email for entry in LogEntry.objects.filter(object_id=str(lou.pk))] == ["kim@example.com"]

    def test_get_few_lines_in_the_change_log_from_password_guessing(
        self, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(audit, "MAX_LOGGED_REFUSALS", 3)
        create_operator()
        for _ in range(8):
            sign_in(Client(), password="wrong")

        assert change_log() == 3 * ["Sign-in refused at the operators' pages."]
        assert len(audit_events(caplog)) == 8

    def test_are_audited_for_wrong_codes_and_each_change_of_a_factor(
        self, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        _, codes = operator_with_second_factor()
        browser = Client()
        sign_in(browser)
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(FACTOR, {"code": "000000"})
            browser.post(FACTOR, {"code": totp_at(timezone.now())})
            browser.post(FACTOR, {"code": codes[0]})
            browser.post(FACTOR, {"code": codes[1]})

        events = [line["event"] for line in audit_events(caplog)]
        assert sorted(events) == ["code_refused", "code_refused", "recovery_codes_renewed", "signed_in"]

    def test_are_logged_when_their_factor_changes_at_the_api(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        me = visitor_after(Visitor().sign_up())
        User.objects.update(is_staff=True)
        me.post("app/v1/auth/reauthenticate", {"password": PASSWORD})
        totp = "app/v1/account/authenticators/totp"
        secret = me.get(totp).json()["meta"]["secret"]
        with django_capture_on_commit_callbacks(execute=True):
            assert me.post(totp, {"code": totp_at(timezone.now(), secret)}).status_code == 200
            me.post("app/v1/account/authenticators/recovery-codes", {})
            assert me.delete(totp).status_code == 200

        assert [message for message in change_log() if "factor" in message or "codes" in message] == [
            "Second factor removed at the API.",
            "Second factor set up at the API.",
            "Recovery codes renewed at the API.",
        ]
