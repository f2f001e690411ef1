"""Signing in with the code of an app besides the password (RFC 6238)."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa import models
from allauth.mfa.totp.internal import auth
from django.core import mail
from django.core.cache import cache
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from contexts.identity.adapters import allauth_views
from tests.identity.conftest import EMAIL, PASSWORD, Visitor, emailed_code, visitor_after

pytestmark = pytest.mark.django_db

TOTP = "app/v1/account/authenticators/totp"
RECOVERY_CODES = "app/v1/account/authenticators/recovery-codes"
TIME_STEP = 30  # seconds


@dataclass
class Clock:
    """The time that codes are computed from; it changes only by `next_time_step`."""

    now: float

    def next_time_step(self) -> None:
        self.now += TIME_STEP
        cache.clear()  # allauth stores used codes there for one time step


@dataclass
class AuthenticatorApp:
    """An app that shows one-time codes."""

    secret: str
    clock: Clock

    def code(self) -> str:
        return str(auth.format_hotp_value(auth.hotp_value(self.secret, int(self.clock.now) // TIME_STEP)))

    def wrong_code(self) -> str:
        return f"{(int(self.code()) + 1) % 1_000_000:06}"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(time.time())
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: clock.now))
    for module in (allauth_views, models):
        monkeypatch.setattr(module, "timezone", SimpleNamespace(now=lambda: datetime.fromtimestamp(clock.now, UTC)))
    return clock


@pytest.fixture
def me() -> Visitor:
    """Return a customer who has just reauthenticated."""
    visitor = visitor_after(Visitor().sign_up())
    assert visitor.post("app/v1/auth/reauthenticate", {"password": PASSWORD}).status_code == 200
    return visitor


@pytest.fixture
def app(me: Visitor, clock: Clock) -> AuthenticatorApp:
    """Return the app that the customer has just set up."""
    app = AuthenticatorApp(me.get(TOTP).json()["meta"]["secret"], clock)
    assert me.post(TOTP, {"code": app.code()}).status_code == 200
    return app


def submit_second_factor(pending: Any, code: str) -> Any:
    return visitor_after(pending).post("app/v1/auth/2fa/authenticate", {"code": code})


class TestSetUp:
    def test_requires_a_code_that_matches_the_secret(
        self, me: Visitor, clock: Clock, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        shown = me.get(TOTP)
        app = AuthenticatorApp(shown.json()["meta"]["secret"], clock)

        assert shown.status_code == 404
        assert "issuer=Markethall" in shown.json()["meta"]["totp_url"]
        assert me.post(TOTP, {"code": app.wrong_code()}).status_code == 400
        assert not me.get("me").json()["second_factor"]
        with django_capture_on_commit_callbacks(execute=True):
            assert me.post(TOTP, {"code": app.code()}).status_code == 200
        assert me.get("me").json()["second_factor"]
        assert "requires a code from your app" in str(mail.outbox[-1].body)

    def test_requires_a_reauthentication(self, clock: Clock) -> None:
        me = visitor_after(Visitor().sign_up())
        app = AuthenticatorApp(me.get(TOTP).json()["meta"]["secret"], clock)

        assert me.post(TOTP, {"code": app.code()}).status_code == 401
        assert not me.get("me").json()["second_factor"]

    def test_on_two_devices_at_once_succeeds_on_the_first(self, me: Visitor, clock: Clock) -> None:
        other = visitor_after(Visitor().sign_in())
        other.post("app/v1/auth/reauthenticate", {"password": PASSWORD})
        apps = [AuthenticatorApp(device.get(TOTP).json()["meta"]["secret"], clock) for device in (me, other)]

        responses = [device.post(TOTP, {"code": app.code()}) for device, app in zip((me, other), apps, strict=True)]

        assert [response.status_code for response in responses] == [200, 401]
        clock.next_time_step()
        assert submit_second_factor(Visitor().sign_in(), apps[0].code()).status_code == 200


class TestSignIn:
    def test_requires_the_password_and_a_code(self, app: AuthenticatorApp) -> None:
        app.clock.next_time_step()
        pending = Visitor().sign_in()
        done = submit_second_factor(pending, app.code())

        assert (pending.status_code, done.status_code) == (401, 200)
        assert "access_token" not in pending.json()["meta"]
        flow = {"id": "mfa_authenticate", "is_pending": True, "types": ["recovery_codes", "totp"]}
        assert flow in pending.json()["data"]["flows"]
        assert visitor_after(done).get("me").json()["email"] == EMAIL

    def test_is_refused_with_only_the_password(self, app: AuthenticatorApp) -> None:
        pending = Visitor().sign_in()

        assert submit_second_factor(pending, app.wrong_code()).status_code == 400
        assert visitor_after(pending).get("app/v1/auth/session").status_code == 401
        assert visitor_after(pending).post(TOTP, {}).status_code == 401

    def test_accepts_a_code_once(self, app: AuthenticatorApp) -> None:
        app.clock.next_time_step()
        code = app.code()

        assert submit_second_factor(Visitor().sign_in(), code).status_code == 200
        cache.clear()
        assert submit_second_factor(Visitor().sign_in(), code).status_code == 400
        app.clock.next_time_step()
        assert submit_second_factor(Visitor().sign_in(), app.code()).status_code == 200

    def test_refuses_the_code_that_set_up_the_app(self, app: AuthenticatorApp) -> None:
        assert submit_second_factor(Visitor().sign_in(), app.code()).status_code == 400

    def test_is_refused_after_too_many_wrong_codes(self, app: AuthenticatorApp, settings: Settings) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/m/key"}
        app.clock.next_time_step()
        pending = Visitor().sign_in()

        codes = [app.wrong_code(), app.wrong_code(), app.code()]
        responses = [submit_second_factor(pending, code).json()["errors"][0]["code"] for code in codes]

        assert responses == ["incorrect_code", "incorrect_code", "too_many_login_attempts"]

    def test_requires_a_code_even_after_a_new_password(self, app: AuthenticatorApp) -> None:
        visitor_after(Visitor().request_password_reset()).reset_password(emailed_code(), "a-basket-of-pears")

        assert Visitor().sign_in(password="a-basket-of-pears").status_code == 401

    def test_accepts_a_recovery_code_once(self, me: Visitor, app: AuthenticatorApp) -> None:
        codes = me.get(RECOVERY_CODES).json()["data"]["unused_codes"]

        assert len(set(codes)) == 10
        assert submit_second_factor(Visitor().sign_in(), codes[0]).status_code == 200
        assert submit_second_factor(Visitor().sign_in(), codes[0]).status_code == 400
        assert me.get(RECOVERY_CODES).json()["data"]["unused_code_count"] == 9


class TestRecoveryCodes:
    def test_can_be_replaced(
        self, me: Visitor, app: AuthenticatorApp, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        old = me.get(RECOVERY_CODES).json()["data"]["unused_codes"]
        with django_capture_on_commit_callbacks(execute=True):
            new = me.post(RECOVERY_CODES, {}).json()["data"]["unused_codes"]

        assert submit_second_factor(Visitor().sign_in(), old[0]).status_code == 400
        assert submit_second_factor(Visitor().sign_in(), new[0]).status_code == 200
        assert "new recovery codes" in str(mail.outbox[-1].body)

    def test_are_shown_after_a_reauthentication(self, app: AuthenticatorApp) -> None:
        app.clock.next_time_step()
        me = visitor_after(submit_second_factor(Visitor().sign_in(), app.code()))
        app.clock.next_time_step()

        assert me.get(RECOVERY_CODES).status_code == 401
        assert me.post("app/v1/auth/2fa/reauthenticate", {"code": app.code()}).status_code == 200
        assert me.get(RECOVERY_CODES).status_code == 200

    def test_are_refused_to_a_customer_without_an_app(self, me: Visitor) -> None:
        assert (me.get(RECOVERY_CODES).status_code, me.post(RECOVERY_CODES, {}).status_code) == (404, 400)


class TestReauthentication:
    def test_requires_a_code_and_not_the_password_if_there_is_an_app(self, app: AuthenticatorApp) -> None:
        app.clock.next_time_step()
        me = visitor_after(submit_second_factor(Visitor().sign_in(), app.code()))

        response = me.post("app/v1/auth/reauthenticate", {"password": PASSWORD})

        flows_offered = {flow["id"] for flow in response.json()["data"]["flows"]}
        assert response.status_code == 401
        assert "mfa_reauthenticate" in flows_offered
        assert "reauthenticate" not in flows_offered
        refused = (me.get(RECOVERY_CODES), me.post(RECOVERY_CODES, {}), me.delete(TOTP))
        assert [each.status_code for each in refused] == [401, 401, 401]

    def test_by_the_password_is_no_longer_enough_once_there_is_an_app(self, me: Visitor, clock: Clock) -> None:
        other = visitor_after(Visitor().sign_in())
        other.post("app/v1/auth/reauthenticate", {"password": PASSWORD})
        app = AuthenticatorApp(me.get(TOTP).json()["meta"]["secret"], clock)
        assert me.post(TOTP, {"code": app.code()}).status_code == 200

        assert (other.get(RECOVERY_CODES).status_code, other.delete(TOTP).status_code) == (401, 401)
        assert me.get(RECOVERY_CODES).status_code == 200


class TestRemoval:
    def test_requires_a_reauthentication(self, app: AuthenticatorApp) -> None:
        app.clock.next_time_step()
        me = visitor_after(submit_second_factor(Visitor().sign_in(), app.code()))

        assert me.delete(TOTP).status_code == 401
        assert me.get("me").json()["second_factor"]

    def test_keeps_the_password(
        self, me: Visitor, app: AuthenticatorApp, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            assert me.delete(TOTP).status_code == 200

        assert me.get("app/v1/account/authenticators").json()["data"] == []
        assert Visitor().sign_in().status_code == 200
        assert "requires only your password" in str(mail.outbox[-1].body)
