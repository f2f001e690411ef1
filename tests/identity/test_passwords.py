"""A new password: for who has forgotten it, and for who knows it."""

import pytest
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from contexts.identity.models import User
from tests.identity.conftest import EMAIL, PASSWORD, Visitor, code_for, going_on

pytestmark = pytest.mark.django_db

NEW = "a-basket-of-pears"


class TestReset:
    def test_gives_a_new_password_for_the_code(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        Visitor().sign_up()
        began = Visitor().ask_for_a_password("ROBIN@example.com")

        with django_capture_on_commit_callbacks(execute=True):
            answer = going_on(began).reset(code_for(), NEW)

        assert (began.status_code, answer.status_code) == (401, 401)
        assert {"id": "password_reset_by_code", "is_pending": True} in began.json()["data"]["flows"]
        assert {"id": "password_reset_by_code", "is_pending": False} in answer.json()["data"]["flows"]
        assert (Visitor().sign_in().status_code, Visitor().sign_in(password=NEW).status_code) == (400, 200)
        assert "all devices were signed out" in str(mail.outbox[-1].body)

    def test_signs_out_everywhere(self) -> None:
        first = Visitor().sign_up().json()["meta"]
        second = Visitor().sign_in().json()["meta"]

        going_on(Visitor().ask_for_a_password()).reset(code_for(), NEW)

        for tokens in (first, second):
            assert Visitor().refresh(tokens["refresh_token"]).status_code == 400
            assert Visitor(session_token=tokens["session_token"]).get("app/v1/auth/session").status_code >= 401

    def test_proves_the_address_of_a_sign_up_that_was_left(self) -> None:
        Visitor().begin_sign_up()

        going_on(Visitor().ask_for_a_password()).reset(code_for(), NEW)

        assert going_on(Visitor().sign_in(password=NEW)).get("me").json()["email_verified"]

    def test_is_over_after_three_wrong_codes(self) -> None:
        Visitor().sign_up()
        visitor = going_on(Visitor().ask_for_a_password())
        code = code_for()

        assert [visitor.reset("BBBB-BBBB", NEW).status_code for _ in range(3)] == [400, 400, 400]
        assert visitor.reset(code, NEW).status_code == 409
        assert Visitor().sign_in().status_code == 200

    def test_takes_a_good_password_alone(self) -> None:
        Visitor().sign_up()
        visitor = going_on(Visitor().ask_for_a_password())

        answer = visitor.reset(code_for(), "short")

        assert (answer.status_code, answer.json()["errors"][0]["param"]) == (400, "password")
        assert Visitor().sign_in().status_code == 200

    def test_grows_too_old(self, settings: Settings) -> None:
        Visitor().sign_up()
        visitor = going_on(Visitor().ask_for_a_password())

        settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = -1

        assert visitor.reset(code_for(), NEW).status_code == 409

    def test_is_not_for_who_was_shut_out(self) -> None:
        Visitor().sign_up()
        User.objects.update(is_active=False)

        Visitor().ask_for_a_password()

        assert "has no account" in str(mail.outbox[-1].body)


class TestChange:
    def change(self, visitor: Visitor, old: str = PASSWORD, new: str = NEW) -> int:
        answer = visitor.post("app/v1/account/password/change", {"current_password": old, "new_password": new})
        status: int = answer.status_code
        return status

    def test_asks_for_the_old_password(self) -> None:
        me = going_on(Visitor().sign_up())

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
