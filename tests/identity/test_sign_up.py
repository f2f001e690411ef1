"""Signing up: an account can be used after its address is verified with the code of an e-mail."""

from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from pytest_django import Settings

from contexts.identity.adapters.accounts import AccountAdapter
from contexts.identity.models import User
from tests.identity.conftest import EMAIL, PASSWORD, Visitor, emailed_code, visitor_after

pytestmark = pytest.mark.django_db


class TestSignUp:
    def test_signs_in_a_client_with_the_code(self) -> None:
        pending = Visitor().begin_sign_up("Robin@Example.com")

        response = visitor_after(pending).verify(emailed_code().lower().replace("-", ""))

        assert (pending.status_code, response.status_code) == (401, 200)
        assert "access_token" not in pending.json()["meta"]
        assert {"id": "verify_email", "is_pending": True} in pending.json()["data"]["flows"]
        me = visitor_after(response).get("me").json()
        assert (me["email"], me["email_verified"], me["name"]) == (EMAIL, True, "")
        assert me["id"] == str(User.objects.get().id)

    def test_sends_a_short_email_in_the_name_of_the_shop(self, settings: Settings) -> None:
        settings.SHOP_NAME = "Ada's & Sons"

        Visitor().begin_sign_up()

        (message,) = mail.outbox
        assert message.to == [EMAIL]
        assert message.subject == f"Ada's & Sons: your code is {emailed_code()}"
        assert str(message.body).endswith("Ada's & Sons")
        assert "http" not in str(message.body)

    def test_admits_no_one_without_the_code(self) -> None:
        pending = Visitor().begin_sign_up()

        assert Visitor().sign_in().status_code == 400
        assert visitor_after(pending).get("app/v1/auth/session").status_code == 401

    def test_stores_only_a_hash_of_the_password(self, settings: Settings) -> None:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

        Visitor().sign_up()

        assert User.objects.get().password.startswith("argon2$argon2id$")
        assert Visitor().sign_in().status_code == 200

    def test_with_a_known_address_changes_nothing_and_notifies_its_owner(self) -> None:
        Visitor().sign_up("Robin@Example.com")

        Visitor().begin_sign_up("rOBIN@eXAMPLE.COM", "a-basket-of-pears")

        assert mail.outbox[-1].to == [EMAIL]
        assert "already has an account" in str(mail.outbox[-1].body)
        assert User.objects.count() == 1
        assert Visitor().sign_in().status_code == 200

    @pytest.mark.parametrize("password", ["", "short", "password", "12345678"])
    def test_refuses_a_password_that_is_easily_guessed(self, password: str) -> None:
        response = Visitor().begin_sign_up(password=password)

        assert response.status_code == 400
        assert response.json()["errors"][0]["param"] == "password"
        assert not User.objects.exists()

    def test_sends_no_cookie(self) -> None:
        assert not Visitor().begin_sign_up().cookies

    def test_can_be_retried_if_the_email_cannot_be_sent(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(self: EmailBackend, messages: object) -> None:
            raise SMTPServerDisconnected(EMAIL)

        with monkeypatch.context() as broken:
            broken.setattr(EmailBackend, "send_messages", fail)
            response = Visitor().begin_sign_up()

        assert (response.status_code, response.json()["code"]) == (503, "mail_unavailable")
        assert "SMTPServerDisconnected" in caplog.text
        assert EMAIL not in caplog.text
        assert not User.objects.exists()
        assert Visitor().sign_up().status_code == 200


class TestEmailedCode:
    def test_is_not_valid_after_three_wrong_ones(self) -> None:
        visitor = visitor_after(Visitor().begin_sign_up())

        wrong = [visitor.verify("BBBB-BBBB") for _ in range(3)]

        assert [response.status_code for response in wrong] == [400, 400, 400]
        assert wrong[0].json()["errors"][0] | {"message": ""} == {
            "code": "incorrect_code",
            "param": "key",
            "message": "",
        }
        assert visitor.verify(emailed_code()).status_code == 409

    def test_is_valid_only_for_its_own_flow(self) -> None:
        Visitor().begin_sign_up()
        other = visitor_after(Visitor().begin_sign_up("kim@example.com"))

        assert other.verify(emailed_code(EMAIL)).status_code == 400
        assert Visitor().verify(emailed_code(EMAIL)).status_code == 409

    def test_expires(self, settings: Settings) -> None:
        visitor = visitor_after(Visitor().begin_sign_up())

        settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = -1

        assert visitor.verify(emailed_code()).status_code == 409

    def test_can_be_sent_again_three_times(self) -> None:
        visitor = visitor_after(Visitor().begin_sign_up())
        first = emailed_code()

        responses = [visitor.post("app/v1/auth/email/verify/resend", {}).status_code for _ in range(4)]

        assert responses == [200, 200, 200, 409]
        assert len(mail.outbox) == 4
        assert visitor.verify(first).status_code == 400
        assert visitor.verify(emailed_code()).status_code == 200

    def test_is_not_sent_again_too_soon(self, settings: Settings) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "1/m/key"}
        visitor = visitor_after(Visitor().begin_sign_up("hurried@example.com"))

        assert visitor.post("app/v1/auth/email/verify/resend", {}).status_code == 429
        assert len(mail.outbox) == 1

    def test_is_not_valid_after_a_password_reset(self) -> None:
        visitor = visitor_after(Visitor().begin_sign_up(password="chosen-by-a-stranger"))
        code = emailed_code()
        reset = visitor_after(Visitor().request_password_reset())
        reset.reset_password(emailed_code(), PASSWORD)

        assert visitor.verify(code).status_code == 409
        assert Visitor().sign_in(password="chosen-by-a-stranger").status_code == 400
        assert Visitor().sign_in().status_code == 200


def test_a_notification_may_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    user = User.objects.create_user(EMAIL)

    def fail(self: EmailBackend, messages: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", fail)

    AccountAdapter().send_notification_mail("account/email/password_changed", user)
