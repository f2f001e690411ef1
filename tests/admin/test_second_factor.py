"""The second step of an operator's sign-in: right and wrong codes, recovery codes, and a lost phone."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config.operators import ROLES as OPERATOR_ROLES
from contexts.identity.models import User
from contexts.identity.use_cases.check_second_factor import check_second_factor
from tests.admin.operators import (
    PASSWORD,
    create_operator,
    operator_client,
    operator_with_second_factor,
    sign_in,
    totp_at,
)

pytestmark = pytest.mark.django_db(databases="__all__")

PAGE = "/admin/identity/user/second-factor/"


@pytest.fixture(autouse=True)
def _as_in_production(settings: Settings) -> None:
    settings.OPERATOR_SECOND_FACTOR = True


def client_after_password(email: str = "kim@example.com") -> Client:
    browser = Client()
    assert sign_in(browser, email).url == PAGE
    return browser


def post_code(browser: Client, code: str, **more: str) -> Any:
    return browser.post(PAGE, {"code": code, **more})


def log_messages() -> list[str]:
    return [entry.get_change_message() for entry in LogEntry.objects.all()]


def is_signed_in(browser: Client) -> bool:
    return browser.get("/admin/").status_code == 200


def new_secret(browser: Client) -> str:
    return str(browser.get(PAGE).context["secret"]).replace(" ", "")


class TestAnOperatorWithoutAFactor:
    @pytest.mark.parametrize("role", [*OPERATOR_ROLES, None])
    def test_reaches_only_the_page_that_sets_it_up(self, role: str | None) -> None:
        create_operator(role)
        browser = client_after_password()

        for page in ("/admin/", "/admin/identity/user/", "/admin/password_change/", "/admin/nothing/"):
            assert browser.get(page).url.startswith("/admin/login/"), page  # type: ignore[attr-defined]
        assert "<svg" in browser.get(PAGE).content.decode()

    def test_gets_in_with_the_first_code_and_sees_the_recovery_codes_once(self) -> None:
        create_operator("Administrator")
        browser = client_after_password()
        secret = new_secret(browser)
        before = browser.session.session_key

        done = post_code(browser, totp_at(timezone.now(), secret))

        assert len(done.context["codes"]) == 10
        assert is_signed_in(browser)
        assert browser.session.session_key != before
        assert browser.session.get_expiry_age() == 8 * 3600
        assert done.context["codes"][0][:4] not in browser.get(PAGE).content.decode()
        assert "Second factor set up." in log_messages()

    def test_is_told_when_the_code_is_wrong_and_keeps_the_same_secret(self) -> None:
        create_operator("Administrator")
        browser = client_after_password()
        secret = new_secret(browser)

        assert "This code is not right." in post_code(browser, "abc").content.decode()
        assert new_secret(browser) == secret
        assert not is_signed_in(browser)

    def test_is_led_to_the_page_that_required_the_sign_in(self) -> None:
        create_operator("Administrator")
        browser = Client()
        browser.post("/admin/login/?next=/admin/ordering/order/", {"username": "kim@example.com", "password": PASSWORD})

        done = post_code(browser, totp_at(timezone.now(), new_secret(browser)))

        assert done.context["next_url"] == "/admin/ordering/order/"

    def test_must_set_it_up_as_soon_as_it_is_required(self, settings: Settings) -> None:
        settings.OPERATOR_SECOND_FACTOR = False
        browser = operator_client("Order desk")
        assert is_signed_in(browser)

        settings.OPERATOR_SECOND_FACTOR = True

        assert not is_signed_in(browser)
        assert browser.get(PAGE).url.startswith("/admin/login/")  # type: ignore[attr-defined]


class TestAnOperatorWithAFactor:
    def test_is_not_the_user_of_the_session_between_the_factors(self) -> None:
        operator_with_second_factor()
        browser = client_after_password()

        assert SESSION_KEY not in browser.session
        assert not browser.get(PAGE).wsgi_request.user.is_authenticated

    def test_is_not_signed_in_between_the_factors_when_the_password_has_changed(self) -> None:
        user, _ = operator_with_second_factor()
        browser = client_after_password()
        user.set_password(PASSWORD + "!")
        user.save()

        assert browser.get(PAGE).url.startswith("/admin/login/")  # type: ignore[attr-defined]

    def test_sets_another_one_up_at_once_after_turning_it_off(self) -> None:
        _, codes = operator_with_second_factor()
        browser = client_after_password()
        post_code(browser, codes[0])

        assert post_code(browser, codes[1], remove="on").url == PAGE
        assert not is_signed_in(browser)
        post_code(browser, totp_at(timezone.now(), new_secret(browser)))
        assert is_signed_in(browser)

    def test_gets_a_new_session_key_with_the_code(self) -> None:
        operator_with_second_factor()
        browser = client_after_password()
        before = browser.session.session_key

        assert not is_signed_in(browser)
        assert post_code(browser, totp_at(timezone.now())).url == "/admin/"
        assert is_signed_in(browser)
        assert browser.session.session_key != before

    def test_cannot_set_another_one_up_between_the_factors(self) -> None:
        operator_with_second_factor()
        browser = client_after_password()

        assert "secret" not in browser.get(PAGE).context
        assert not LogEntry.objects.exists()

    def test_cannot_open_a_dialog_between_the_factors(self) -> None:
        user, _ = operator_with_second_factor()
        address = f"/admin/identity/user/{user.pk}/remove_second_factor/"

        answer = client_after_password().post(address, {"_form_submitted": "on"}, headers={"HX-Request": "true"})

        assert answer.url.startswith("/admin/login/")  # type: ignore[attr-defined]
        assert user.has_second_factor

    def test_needs_a_code_at_each_sign_in(self) -> None:
        operator_with_second_factor()
        browser = client_after_password()
        post_code(browser, totp_at(timezone.now()))

        sign_in(browser)

        assert not is_signed_in(browser)

    def test_uses_a_recovery_code_once_and_that_is_logged(self) -> None:
        _, codes = operator_with_second_factor()
        first, second = client_after_password(), client_after_password()

        post_code(first, f"{codes[3][:4]} {codes[3][4:]}")
        refused = post_code(second, codes[3])

        assert is_signed_in(first)
        assert "was used before" in refused.content.decode()
        assert "Signed in with a recovery code; 9 are left." in log_messages()
        assert "Code refused at the operators' pages." in log_messages()

    def test_is_refused_the_right_code_too_after_five_wrong_ones_from_any_address(self) -> None:
        operator_with_second_factor()
        browser = client_after_password()
        for number in range(5):
            browser.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
            assert "Too many" not in post_code(browser, "000000").content.decode()

        refused = post_code(browser, totp_at(timezone.now()))

        assert "Too many failed attempts" in refused.content.decode()
        assert not is_signed_in(browser)
        cache.clear()  # as at the end of the window
        post_code(browser, totp_at(timezone.now()))
        assert is_signed_in(browser)


class TestWithoutTheSetting:
    @pytest.fixture(autouse=True)
    def _as_in_development(self, settings: Settings) -> None:
        settings.OPERATOR_SECOND_FACTOR = False

    def test_operators_need_none(self) -> None:
        assert is_signed_in(operator_client("Administrator"))

    def test_operators_can_turn_it_on_and_need_it_from_then_on(self) -> None:
        browser = operator_client("Order desk")
        post_code(browser, totp_at(timezone.now(), new_secret(browser)))

        assert is_signed_in(browser)
        assert not is_signed_in(client_after_password())

    def test_operators_turn_it_off_with_a_code(self) -> None:
        user, codes = operator_with_second_factor("Order desk")
        browser = client_after_password()
        post_code(browser, codes[0])

        post_code(browser, "000000", remove="on")
        assert Authenticator.objects.filter(user=user).count() == 2
        post_code(browser, codes[1], remove="on")

        assert not Authenticator.objects.filter(user=user).exists()
        assert is_signed_in(browser)

    def test_operators_get_new_recovery_codes_with_a_code(self) -> None:
        user, codes = operator_with_second_factor("Order desk")
        browser = client_after_password()
        post_code(browser, codes[0])

        new = post_code(browser, codes[1]).context["codes"]

        assert not set(new) & set(codes)
        assert check_second_factor(user_id=user.pk, code=new[0], now=timezone.now()) == "recovery_codes"


class TestTheFactorOfALostPhone:
    @pytest.fixture
    def kim(self) -> Client:
        """The browser of an administrator who has completed both steps."""
        _, codes = operator_with_second_factor()
        browser = client_after_password()
        post_code(browser, codes[0])
        LogEntry.objects.all().delete()
        return browser

    def remove_factor(self, browser: Client, user: User) -> Any:
        return browser.post(f"/admin/identity/user/{user.pk}/remove_second_factor/", {"_form_submitted": "on"})

    def test_is_taken_off_by_another_administrator_who_is_logged(self, kim: Client) -> None:
        lou, _ = operator_with_second_factor("Order desk", "lou@example.com")
        page = kim.get(f"/admin/identity/user/{lou.pk}/change/").content.decode()
        assert "remove_second_factor" in page

        self.remove_factor(kim, lou)

        assert "secret" in client_after_password("lou@example.com").get(PAGE).context
        entry = LogEntry.objects.get(change_message="Second factor removed.")
        assert (entry.user.email, entry.get_change_message()) == ("kim@example.com", "Second factor removed.")

    def test_is_not_taken_off_by_oneself_without_a_code(self, kim: Client) -> None:
        me = User.objects.get(email="kim@example.com")

        assert self.remove_factor(kim, me).status_code == 403
        assert me.has_second_factor

    def test_of_a_superuser_is_not_taken_off_by_an_administrator(self, kim: Client) -> None:
        root, _ = operator_with_second_factor(None, "root@example.com")

        assert self.remove_factor(kim, root).status_code == 403
        assert root.has_second_factor

    def order_desk(self) -> Client:
        _, codes = operator_with_second_factor("Order desk", "pat@example.com")
        browser = client_after_password("pat@example.com")
        post_code(browser, codes[0])
        return browser

    def test_is_not_taken_off_by_the_order_desk(self) -> None:
        lou, _ = operator_with_second_factor("Administrator", "lou@example.com")

        assert self.remove_factor(self.order_desk(), lou).status_code in (403, 404)
        assert lou.has_second_factor

    def test_is_taken_off_from_the_command_line(self) -> None:
        user, _ = operator_with_second_factor()

        call_command("remove_second_factor", "KIM@example.com")

        assert not Authenticator.objects.filter(user=user).exists()
        with pytest.raises(CommandError, match="has no second factor"):
            call_command("remove_second_factor", "kim@example.com")
        with pytest.raises(CommandError, match="No user signs in with nobody@"):
            call_command("remove_second_factor", "nobody@example.com")


class TestTheSecret:
    def test_is_encrypted_in_the_session(self) -> None:
        create_operator("Administrator")
        browser = client_after_password()

        assert new_secret(browser) not in str(dict(browser.session))
