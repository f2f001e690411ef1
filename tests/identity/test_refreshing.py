import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connections
from pytest_django import Settings

from contexts.identity.adapters import tokens
from contexts.identity.domain.refresh_tokens import Verdict, judge
from contexts.identity.models import RefreshFamily, RefreshToken, User
from tests.identity.conftest import PASSWORD, Visitor


def sign_up() -> str:
    """Return the refresh token of somebody who has just signed up."""
    token: str = Visitor().sign_up().json()["meta"]["refresh_token"]
    return token


@pytest.mark.django_db
class TestRefresh:
    def test_exchanges_the_token_for_new_ones(self) -> None:
        first = sign_up()

        answer = Visitor().refresh(first)

        assert answer.status_code == 200
        second = answer.json()["data"]
        assert second["refresh_token"] != first
        assert Visitor(second["access_token"]).get("me").status_code == 200
        assert Visitor().refresh(second["refresh_token"]).status_code == 200

    def test_is_not_hindered_by_a_stale_access_token(self) -> None:
        assert Visitor("stale").refresh(sign_up()).status_code == 200

    def test_of_a_used_token_ends_the_whole_sign_in(self) -> None:
        first = sign_up()
        second = Visitor().refresh(first).json()["data"]["refresh_token"]

        assert Visitor().refresh(first).status_code == 400

        assert Visitor().refresh(second).status_code == 400
        assert RefreshFamily.objects.get().revoked_at is not None
        assert not Session.objects.exists()

    def test_of_a_used_token_leaves_other_sign_ins_alone(self) -> None:
        stolen = sign_up()
        other = Visitor().sign_in().json()["meta"]["refresh_token"]
        Visitor().refresh(stolen)

        Visitor().refresh(stolen)

        assert Visitor().refresh(other).status_code == 200

    def test_refuses_a_token_that_nobody_issued(self) -> None:
        answer = Visitor().refresh("made-up")

        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_refresh_token")

    def test_refuses_a_token_that_is_too_old(self, settings: Settings) -> None:
        settings.REFRESH_TOKEN_LIFETIME = -1

        assert Visitor().refresh(sign_up()).status_code == 400

    def test_prolongs_the_sign_in(self) -> None:
        token = sign_up()
        Session.objects.update(expire_date=Session.objects.get().expire_date - timedelta(days=1))
        before = Session.objects.get().expire_date

        Visitor().refresh(token)

        assert Session.objects.get().expire_date > before

    def test_lasts_as_long_as_the_session(self) -> None:
        sign_up()

        gap = RefreshToken.objects.get().expires_at - Session.objects.get().expire_date
        assert abs(gap) < timedelta(minutes=1)

    def test_loses_against_a_sign_out_at_the_same_moment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        token = sign_up()

        def signed_out(self: SessionStore, must_create: bool = False) -> None:
            self.delete()
            raise UpdateError

        monkeypatch.setattr(SessionStore, "save", signed_out)

        assert Visitor().refresh(token).status_code == 400
        assert RefreshToken.objects.count() == 1

    def test_ends_with_the_account(self) -> None:
        token = sign_up()
        User.objects.update(is_active=False)

        assert Visitor().refresh(token).status_code == 400

    def test_ends_with_the_password(self) -> None:
        token = sign_up()
        user = User.objects.get()
        user.set_password(PASSWORD + "!")
        user.save()

        assert Visitor().refresh(token).status_code == 400

    def test_keeps_no_token_that_could_be_used(self) -> None:
        token = sign_up()

        assert token not in str(RefreshToken.objects.values())


def test_of_one_token_eight_times_at_once_succeeds_once(real_commits: None, monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign_up()
    ready, statuses, successors = threading.Barrier(8), [], []

    def judge_slowly(**facts: Any) -> Verdict:
        time.sleep(0.02)  # between reading the token and using it up, so that all would get through
        return judge(**facts)

    monkeypatch.setattr(tokens, "judge", judge_slowly)

    def refresh() -> None:
        ready.wait()
        answer = Visitor().refresh(token)
        statuses.append(answer.status_code)
        if answer.status_code == 200:
            successors.append(answer.json()["data"]["refresh_token"])
        connections.close_all()

    threads = [threading.Thread(target=refresh) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] + 7 * [400]
    assert Visitor().refresh(successors[0]).status_code == 400


def test_of_one_address_eight_sign_ups_at_once_make_one_customer(real_commits: None) -> None:
    ready, statuses = threading.Barrier(8), []

    def register() -> None:
        ready.wait()
        statuses.append(Visitor().begin_sign_up().status_code)
        connections.close_all()

    threads = [threading.Thread(target=register) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == 8 * [401]
    assert User.objects.count() == 1
