import pytest
from pytest_django import Settings

from contexts.identity.models import User
from tests.identity.conftest import EMAIL, Visitor

pytestmark = pytest.mark.django_db


class TestSignIn:
    def test_knows_the_customer_again(self) -> None:
        Visitor().sign_up()

        answer = Visitor().sign_in("ROBIN@example.com")

        assert answer.status_code == 200
        assert Visitor(answer.json()["meta"]["access_token"]).get("me").json()["email"] == EMAIL

    def test_does_not_tell_a_wrong_password_from_an_unknown_address(self) -> None:
        Visitor().sign_up()

        wrong = Visitor().sign_in(password="a-basket-of-pears")
        unknown = Visitor().sign_in("nobody@example.com")

        assert wrong.status_code == unknown.status_code == 400
        assert wrong.json() == unknown.json()
        assert wrong.json()["errors"][0]["code"] == "email_password_mismatch"

    def test_gives_nothing_to_somebody_who_was_shut_out(self) -> None:
        Visitor().sign_up()
        User.objects.update(is_active=False)

        answer = Visitor().sign_in()

        assert answer.status_code == 401
        assert "access_token" not in answer.json()["meta"]

    def test_gives_up_after_too_many_wrong_passwords(self, settings: Settings) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"login_failed": "2/m/key"}
        Visitor().sign_up("guessed@example.com")

        for _ in range(2):
            Visitor().sign_in("guessed@example.com", "a-wrong-guess")

        assert Visitor().sign_in("guessed@example.com").json()["errors"][0]["code"] == "too_many_login_attempts"


class TestSignOut:
    def test_ends_the_refresh_token(self) -> None:
        tokens = Visitor().sign_up().json()["meta"]

        answer = Visitor(tokens["access_token"]).sign_out()

        assert answer.status_code == 401
        assert answer.json()["meta"] == {"is_authenticated": False}
        assert Visitor().refresh(tokens["refresh_token"]).status_code == 400

    def test_everywhere_ends_every_sign_in_of_mine_and_nobody_elses(self) -> None:
        mine = [Visitor().sign_up().json()["meta"], Visitor().sign_in().json()["meta"]]
        other = Visitor().sign_up("kim@example.com").json()["meta"]

        answer = Visitor(mine[0]["access_token"]).delete("sessions")

        assert answer.status_code == 204
        for tokens in mine:
            assert Visitor().refresh(tokens["refresh_token"]).status_code == 400
            assert Visitor(session_token=tokens["session_token"]).get("app/v1/auth/session").status_code == 410
        assert Visitor().refresh(other["refresh_token"]).status_code == 200
        assert Visitor().sign_in().status_code == 200
        assert Visitor().delete("sessions").status_code == 401

    def test_leaves_other_sign_ins_alone(self) -> None:
        first = Visitor().sign_up().json()["meta"]
        second = Visitor().sign_in().json()["meta"]

        Visitor(first["access_token"]).sign_out()

        assert Visitor().refresh(second["refresh_token"]).status_code == 200

    def test_says_so_where_the_access_token_is_too_old_to_do_it(self, settings: Settings) -> None:
        settings.ACCESS_TOKEN_LIFETIME = -60
        tokens = Visitor().sign_up().json()["meta"]

        answer = Visitor(tokens["access_token"]).sign_out()

        assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")
        assert Visitor().refresh(tokens["refresh_token"]).status_code == 200


class TestMyself:
    def test_changes_how_i_am_addressed(self) -> None:
        me = Visitor(Visitor().sign_up().json()["meta"]["access_token"])

        assert me.patch("me", {"name": "Robin"}).json()["name"] == "Robin"
        assert me.get("me").json()["name"] == "Robin"

    @pytest.mark.parametrize("body", [{}, {"name": None}, {"name": 5 * ["x"]}, {"name": 151 * "x"}, {"name": "\0"}])
    def test_names_what_is_wrong_with_a_change(self, body: dict[str, object]) -> None:
        me = Visitor(Visitor().sign_up().json()["meta"]["access_token"])

        answer = me.patch("me", body)

        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "/name"
        assert me.get("me").json()["name"] == ""

    def test_is_for_those_who_are_signed_in(self) -> None:
        answer = Visitor().get("me")

        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"
        assert answer["Content-Type"] == "application/problem+json"
