from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from contexts.identity.models import User
from tests.identity.conftest import EMAIL, PASSWORD, PREFIX, Visitor, visitor_after

pytestmark = pytest.mark.django_db


class TestSignIn:
    def test_signs_in_the_customer(self) -> None:
        Visitor().sign_up()

        response = Visitor().sign_in("ROBIN@example.com")

        assert response.status_code == 200
        assert Visitor(response.json()["meta"]["access_token"]).get("me").json()["email"] == EMAIL

    def test_refuses_a_wrong_password_and_an_unknown_address_in_the_same_way(self) -> None:
        Visitor().sign_up()

        wrong = Visitor().sign_in(password="a-basket-of-pears")
        unknown = Visitor().sign_in("nobody@example.com")

        assert wrong.status_code == unknown.status_code == 400
        assert wrong.json() == unknown.json()
        assert wrong.json()["errors"][0]["code"] == "email_password_mismatch"

    def test_returns_no_tokens_to_an_inactive_user(self) -> None:
        Visitor().sign_up()
        User.objects.update(is_active=False)

        response = Visitor().sign_in()

        assert response.status_code == 401
        assert "access_token" not in response.json()["meta"]

    def test_is_refused_after_too_many_wrong_passwords(self, settings: Settings) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/m/key"}
        Visitor().sign_up("guessed@example.com")

        for _ in range(2):
            Visitor().sign_in("guessed@example.com", "a-wrong-guess")

        assert Visitor().sign_in("guessed@example.com").json()["errors"][0]["code"] == "too_many_login_attempts"


class TestSignOut:
    def test_ends_the_refresh_token(self) -> None:
        tokens = Visitor().sign_up().json()["meta"]

        response = Visitor(tokens["access_token"]).sign_out()

        assert response.status_code == 401
        assert response.json()["meta"] == {"is_authenticated": False}
        assert Visitor().refresh(tokens["refresh_token"]).status_code == 400

    def test_everywhere_ends_every_sign_in_of_the_user_and_no_other(self) -> None:
        mine = [Visitor().sign_up().json()["meta"], Visitor().sign_in().json()["meta"]]
        other = Visitor().sign_up("kim@example.com").json()["meta"]

        response = Visitor(mine[0]["access_token"]).delete("sessions")

        assert response.status_code == 204
        for tokens in mine:
            assert Visitor().refresh(tokens["refresh_token"]).status_code == 400
            assert Visitor(session_token=tokens["session_token"]).get("app/v1/auth/session").status_code == 410
        assert Visitor().refresh(other["refresh_token"]).status_code == 200
        assert Visitor().sign_in().status_code == 200
        assert Visitor().delete("sessions").status_code == 401

    def test_keeps_other_sign_ins(self) -> None:
        first = Visitor().sign_up().json()["meta"]
        second = Visitor().sign_in().json()["meta"]

        Visitor(first["access_token"]).sign_out()

        assert Visitor().refresh(second["refresh_token"]).status_code == 200

    def test_is_refused_with_an_expired_access_token(self, settings: Settings) -> None:
        settings.ACCESS_TOKEN_LIFETIME = -60
        tokens = Visitor().sign_up().json()["meta"]

        response = Visitor(tokens["access_token"]).sign_out()

        assert (response.status_code, response.json()["code"]) == (401, "token_expired")
        assert Visitor().refresh(tokens["refresh_token"]).status_code == 200


class TestPasswordGuessing:
    @pytest.fixture(autouse=True)
    def _low_limits(self, settings: Settings) -> Iterator[None]:
        settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/d/key", "change_password": "3/d/user"}
        cache.clear()
        yield
        cache.clear()

    def sign_in(self, place: int, password: str = PASSWORD) -> Any:
        body = {"email": EMAIL, "password": password}
        return Client().post(f"{PREFIX}/app/v1/auth/login", body, "application/json", REMOTE_ADDR=f"192.0.2.{place}")

    def test_from_many_addresses_is_limited_per_account_except_where_it_has_signed_in_before(self) -> None:
        Visitor().sign_up()
        assert self.sign_in(1).status_code == 200
        for place in (2, 3, 4):
            assert self.sign_in(place, "wrong").json()["errors"][0]["code"] == "email_password_mismatch"

        assert self.sign_in(5).json()["errors"][0]["code"] == "too_many_login_attempts"
        assert self.sign_in(1).status_code == 200

    def test_at_the_usual_place_is_limited_too(self) -> None:
        Visitor().sign_up()
        self.sign_in(1)
        for _ in range(3):
            self.sign_in(1, "wrong")

        assert self.sign_in(1).json()["errors"][0]["code"] == "too_many_login_attempts"

    def test_is_limited_when_the_password_is_changed(self) -> None:
        me = visitor_after(Visitor().sign_up())
        body = {"current_password": "wrong", "new_password": "a-basket-of-pears"}
        for _ in range(3):
            assert me.post("app/v1/account/password/change", body).status_code == 400

        assert me.post("app/v1/account/password/change", body).status_code == 429


class TestMe:
    def test_changes_the_name(self) -> None:
        me = Visitor(Visitor().sign_up().json()["meta"]["access_token"])

        assert me.patch("me", {"name": "Robin"}).json()["name"] == "Robin"
        assert me.get("me").json()["name"] == "Robin"

    @pytest.mark.parametrize("body", [{}, {"name": None}, {"name": 5 * ["x"]}, {"name": 151 * "x"}, {"name": "\0"}])
    def test_refuses_a_wrong_name_and_names_the_field(self, body: dict[str, object]) -> None:
        me = Visitor(Visitor().sign_up().json()["meta"]["access_token"])

        response = me.patch("me", body)

        assert response.status_code == 400
        assert response.json()["errors"][0]["pointer"] == "/name"
        assert me.get("me").json()["name"] == ""

    def test_requires_a_sign_in(self) -> None:
        response = Visitor().get("me")

        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
        assert response["Content-Type"] == "application/problem+json"
