"""Sign-in at /admin/, its limits, and its sessions."""

import re
from http.cookies import Morsel
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from contexts.identity.models import User
from contexts.identity.use_cases.sign_out_everywhere import sign_out_everywhere
from tests.admin.operators import PASSWORD, SIGN_IN, captured_queries, create_operator, operator_client, sign_in
from tests.shop import Shopper, create_variant

pytestmark = pytest.mark.django_db(databases="__all__")

TOO_MANY = "Too many failed attempts"


class TestSigningIn:
    def test_lets_an_operator_in_until_they_sign_out(self) -> None:
        browser = operator_client()

        assert browser.get("/admin/").status_code == 200
        browser.post("/admin/logout/")
        assert browser.get("/admin/").url.startswith(SIGN_IN)  # type: ignore[attr-defined]

    def test_is_only_for_operators(self) -> None:
        User.objects.create_user("robin@example.com", PASSWORD)

        assert sign_in(Client(), "robin@example.com").status_code == 200

    def test_shows_the_same_error_for_a_customer_a_wrong_password_and_an_unknown_address(self) -> None:
        User.objects.create_user("robin@example.com", PASSWORD)
        create_operator()

        tries = [("robin@example.com", PASSWORD), ("kim@example.com", "wrong"), ("nobody@example.com", PASSWORD)]
        errors = [str(sign_in(Client(), *each).context["form"].non_field_errors()) for each in tries]

        assert errors[0]
        assert len(set(errors)) == 1

    def test_needs_the_token_of_its_own_form(self) -> None:
        create_operator()
        strict = Client(enforce_csrf_checks=True)

        assert sign_in(strict).status_code == 403
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', strict.get(SIGN_IN).content.decode())
        assert token
        sent = {"username": "kim@example.com", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        assert strict.post(SIGN_IN, sent).status_code == 302

    def test_lasts_eight_hours(self) -> None:
        assert operator_client().session.get_expiry_age() == 8 * 3600

    def test_works_for_a_user_of_createsuperuser(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
        call_command("createsuperuser", email="root@example.com", interactive=False, verbosity=0)

        assert sign_in(Client(), "root@example.com").status_code == 302


class TestASessionOfTheShopsApi:
    def test_does_not_open_the_operators_pages(self) -> None:
        browser = Client()
        browser.force_login(create_operator())

        assert browser.get("/admin/").status_code == 302

    def test_is_neither_ended_nor_read_at_the_operators_pages(self) -> None:
        browser = Client()
        browser.force_login(create_operator())
        api_session = browser.session.session_key

        assert not browser.get(SIGN_IN).wsgi_request.user.is_authenticated
        browser.cookies["sessionid"] = str(api_session)
        assert sign_in(browser).status_code == 302

        assert browser.session.session_key != api_session
        assert Session.objects.filter(session_key=api_session).exists()


class TestASessionOfTheOperatorsPages:
    def test_ends_when_the_operator_signs_out_everywhere(self) -> None:
        browser = operator_client()

        sign_out_everywhere(user_id=User.objects.get().pk, now=timezone.now())

        assert browser.get("/admin/").url.startswith(SIGN_IN)  # type: ignore[attr-defined]

    def test_ends_with_a_new_password(self) -> None:
        browser = operator_client()
        user = User.objects.get()
        user.set_password(PASSWORD + "!")
        user.save()

        assert browser.get("/admin/").url.startswith(SIGN_IN)  # type: ignore[attr-defined]


class TestThrottling:
    def test_refuses_the_right_password_too_after_five_wrong_ones(self) -> None:
        create_operator()
        browser = Client()
        for _ in range(5):
            assert TOO_MANY not in sign_in(browser, password="wrong").content.decode()

        refused = sign_in(browser)

        assert refused.status_code == 200
        assert TOO_MANY in refused.content.decode()

    def test_ends_with_its_window(self) -> None:
        create_operator()
        for _ in range(6):
            sign_in(Client(), password="wrong")
        cache.clear()  # as at the end of the window

        assert sign_in(Client()).status_code == 302

    def test_resets_failures_after_a_success(self) -> None:
        create_operator()
        for _ in range(3):
            for _ in range(4):
                sign_in(Client(), password="wrong")
            assert sign_in(Client()).status_code == 302

    def test_counts_each_address_and_person_separately(self) -> None:
        create_operator()
        create_operator(email="lou@example.com")
        for _ in range(6):
            sign_in(Client(), password="wrong")

        assert sign_in(Client(), REMOTE_ADDR="192.0.2.7").status_code == 302
        assert sign_in(Client(), "lou@example.com").status_code == 302

    def test_ignores_case_and_spaces_of_the_email_address(self) -> None:
        create_operator()
        for email in ("kim@example.com", "KIM@example.com", " Kim@Example.com"):
            for _ in range(2):
                sign_in(Client(), email, "wrong")

        assert TOO_MANY in sign_in(Client()).content.decode()

    def test_counts_unknown_email_addresses(self) -> None:
        for _ in range(5):
            sign_in(Client(), "nobody@example.com", "wrong")

        assert TOO_MANY in sign_in(Client(), "nobody@example.com", "wrong").content.decode()


class TestManySignInsFromOneAddress:
    def test_are_refused_without_hashing_whatever_emails_they_name(self, settings: Settings) -> None:
        settings.OPERATOR_SIGN_INS_FROM_ONE_ADDRESS = (3, 24 * 3600)
        create_operator()
        for number in range(3):
            assert TOO_MANY not in sign_in(Client(), f"nobody{number}@example.com", "wrong").content.decode()

        assert TOO_MANY in sign_in(Client(), "another@example.com", "wrong").content.decode()
        assert sign_in(Client(), REMOTE_ADDR="192.0.2.7").status_code == 302

    def test_cannot_be_made_to_look_like_many_addresses(self, settings: Settings) -> None:
        settings.OPERATOR_SIGN_INS_FROM_ONE_ADDRESS = (3, 24 * 3600)
        for number in range(4):
            sent = {"REMOTE_ADDR": f"2001:db8::{number}", "HTTP_X_FORWARDED_FOR": f"192.0.2.{number}"}
            refused = sign_in(Client(), f"nobody{number}@example.com", "wrong", **sent)

        assert TOO_MANY in refused.content.decode()


class TestGuessingFromManyAddresses:
    def test_is_limited_for_each_operator(self, settings: Settings) -> None:
        settings.OPERATOR_SIGN_IN_RATE_LIMIT = (6, 24 * 3600)
        create_operator()
        for number in range(6):
            assert TOO_MANY not in guess(number).content.decode()

        assert TOO_MANY in sign_in(Client(), REMOTE_ADDR="192.0.2.200").content.decode()

    def test_does_not_lock_an_operator_out_at_an_address_with_a_recent_sign_in(self, settings: Settings) -> None:
        settings.OPERATOR_SIGN_IN_RATE_LIMIT = (6, 24 * 3600)
        create_operator()
        assert sign_in(Client(), REMOTE_ADDR="192.0.2.100").status_code == 302
        for number in range(9):
            guess(number)

        assert sign_in(Client(), REMOTE_ADDR="192.0.2.100").status_code == 302

    def test_is_limited_despite_a_recent_sign_in_of_another_operator(self, settings: Settings) -> None:
        settings.OPERATOR_SIGN_IN_RATE_LIMIT = (6, 24 * 3600)
        create_operator(email="lou@example.com")
        create_operator()
        assert sign_in(Client(), "lou@example.com", REMOTE_ADDR="192.0.2.7").status_code == 302
        for number in range(6):
            guess(number)

        assert TOO_MANY in guess(7).content.decode()


def guess(number: int) -> Any:
    return sign_in(Client(), password="wrong", REMOTE_ADDR=f"192.0.2.{number}")


class TestChangingThePassword:
    def test_limits_attempts_at_the_present_one(self) -> None:
        browser = operator_client()
        new = {"new_password1": "nine-tall-cups", "new_password2": "nine-tall-cups"}
        for _ in range(5):
            assert browser.post("/admin/password_change/", {"old_password": "wrong"} | new).status_code == 200

        browser.post("/admin/password_change/", {"old_password": PASSWORD} | new)

        assert TOO_MANY in browser.get("/admin/password_change/").content.decode()
        assert User.objects.get().check_password(PASSWORD)


class TestTheStorefront:
    def test_queries_no_session_and_no_user(self) -> None:
        """This holds also for a request with an operator's cookie."""
        create_variant("MUG")
        browser = operator_client()

        with captured_queries() as captured:
            answer = browser.get("/api/v1/catalog/products")

        assert [sql for sql in captured if "session" in sql or "identity_user" in sql] == []
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")

    def test_is_not_sent_operators_cookies(self) -> None:
        cookies: dict[str, Morsel[Any]] = dict(operator_client().cookies)

        assert {cookie["path"] for cookie in cookies.values()} == {"/admin/"}
        assert cookies["sessionid"]["httponly"]
        assert {cookie["samesite"] for cookie in cookies.values()} == {"Strict"}

    def test_ignores_an_operators_cookie(self) -> None:
        shopper = Shopper()
        shopper.client = operator_client()

        assert shopper.get("/api/v1/identity/me").status_code == 401
