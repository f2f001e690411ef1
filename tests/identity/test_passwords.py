"""Resetting a forgotten password, and changing a known one."""

import pytest
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from contexts.identity.models import User
from tests.identity.conftest import EMAIL, PASSWORD, Visitor, emailed_code, visitor_after

pytestmark = pytest.mark.django_db

NEW = "a-basket-of-pears"


class TestReset:
    def test_sets_a_new_password_with_the_code(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        Visitor().sign_up()
        pending = Visitor().request_password_reset("ROBIN@example.com")

        with django_capture_on_commit_callbacks(execute=True):
            response = visitor_after(pending).reset_password(emailed_code(), NEW)

        assert (pending.status_code, response.status_code) == (401, 401)
        assert {"id": "password_reset_by_code", "is_pending": True} in pending.json()["data"]["flows"]
        assert {"id": "password_reset_by_code", "is_pending": False} in response.json()["data"]["flows"]
        assert (Visitor().sign_in().status_code, Visitor().sign_in(password=NEW).status_code) == (400, 200)
        assert "all devices were signed out" in str(mail.outbox[-1].body)

    def test_signs_out_everywhere(self) -> None:
        first = Visitor().sign_up().json()["meta"]
        second = Visitor().sign_in().json()["meta"]

        visitor_after(Visitor().request_password_reset()).reset_password(emailed_code(), NEW)

        for tokens in (first, second):
            assert Visitor().refresh(tokens["refresh_token"]).status_code == 400
            assert Visitor(session_token=tokens["session_token"]).get("app/v1/auth/session").status_code >= 401

    def test_verifies_the_address_of_an_abandoned_sign_up(self) -> None:
        Visitor().begin_sign_up()

        visitor_after(Visitor().request_password_reset()).reset_password(emailed_code(), NEW)

        assert visitor_after(Visitor().sign_in(password=NEW)).get("me").json()["email_verified"]

    def test_ends_after_three_wrong_codes(self) -> None:
        Visitor().sign_up()
        visitor = visitor_after(Visitor().request_password_reset())
        code = emailed_code()

        assert [visitor.reset_password("BBBB-BBBB", NEW).status_code for _ in range(3)] == [400, 400, 400]
        assert visitor.reset_password(code, NEW).status_code == 409
        assert Visitor().sign_in().status_code == 200

    def test_refuses_a_weak_password(self) -> None:
        Visitor().sign_up()
        visitor = visitor_after(Visitor().request_password_reset())

        response = visitor.reset_password(emailed_code(), "short")

        assert (response.status_code, response.json()["errors"][0]["param"]) == (400, "password")
        assert Visitor().sign_in().status_code == 200

    def test_expires(self, settings: Settings) -> None:
        Visitor().sign_up()
        visitor = visitor_after(Visitor().request_password_reset())

        settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = -1

        assert visitor.reset_password(emailed_code(), NEW).status_code == 409

    def test_is_refused_to_an_inactive_user(self) -> None:
        Visitor().sign_up()
        User.objects.update(is_active=False)

        Visitor().request_password_reset()

        assert "has no account" in str(mail.outbox[-1].body)


class TestChange:
    def change(self, visitor: Visitor, old: str = PASSWORD, new: str = NEW) -> int:
        response = visitor.post("app/v1/account/password/change", {"current_password": old, "new_password": new})
        status: int = response.status_code
        return status

    def test_requires_the_old_password(self) -> None:
        me = visitor_after(Visitor().sign_up())

        assert self.change(me, old="a-wrong-guess") == self.change(me, old="") == 400
        assert self.change(me, new="short") == 400
        assert self.change(Visitor()) == 401
        assert Visitor().sign_in().status_code == 200

    def test_signs_out_the_other_devices_and_not_this_one(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        other = Visitor().sign_up().json()["meta"]
        this = Visitor().sign_in().json()["meta"]

        with django_capture_on_commit_callbacks(execute=True):
            assert self.change(Visitor(this["access_token"])) == 200

        assert Visitor().refresh(other["refresh_token"]).status_code == 400
        assert Visitor(this["access_token"]).get("app/v1/auth/session").status_code == 200
        assert Visitor().refresh(this["refresh_token"]).status_code == 200
        assert (Visitor().sign_in().status_code, Visitor().sign_in(password=NEW).status_code) == (400, 200)
        assert mail.outbox[-1].to == [EMAIL]
        assert "Your password was changed" in str(mail.outbox[-1].body)
