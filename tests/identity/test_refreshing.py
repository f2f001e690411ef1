import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings as configured
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connections
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from contexts.identity.adapters import tokens
from contexts.identity.db import atomic
from contexts.identity.domain.refresh_tokens import RefreshDecision, decide_refresh
from contexts.identity.models import RefreshToken, RefreshTokenFamily, User
from tests.identity.conftest import PASSWORD, Visitor
from tests.threads import concurrently


def sign_up() -> str:
    """Return the refresh token of a customer who has just signed up."""
    token: str = Visitor().sign_up().json()["meta"]["refresh_token"]
    return token


def backdate_use(seconds: float) -> None:
    """Move the first use of every used token into the past."""
    RefreshToken.objects.update(used_at=F("used_at") - timedelta(seconds=seconds))


@pytest.mark.django_db
class TestRefresh:
    def test_exchanges_the_token_for_new_ones(self) -> None:
        first = sign_up()

        response = Visitor().refresh(first)

        assert response.status_code == 200
        second = response.json()["data"]
        assert second["refresh_token"] != first
        assert Visitor(second["access_token"]).get("me").status_code == 200
        assert Visitor().refresh(second["refresh_token"]).status_code == 200

    def test_succeeds_with_an_invalid_access_token(self) -> None:
        assert Visitor("stale").refresh(sign_up()).status_code == 200

    def test_with_a_used_token_ends_the_whole_sign_in(self, settings: Settings) -> None:
        first = sign_up()
        second = Visitor().refresh(first).json()["data"]["refresh_token"]
        backdate_use(settings.REFRESH_GRACE)

        assert Visitor().refresh(first).status_code == 400

        assert Visitor().refresh(second).status_code == 400
        assert RefreshTokenFamily.objects.get().revoked_at is not None
        assert not Session.objects.exists()

    def test_with_a_used_token_within_the_grace_returns_another_of_the_same_family(self, settings: Settings) -> None:
        first = sign_up()
        second, third = (Visitor().refresh(first).json()["data"]["refresh_token"] for _ in range(2))

        assert second != third
        assert RefreshTokenFamily.objects.count() == 1
        assert Visitor().refresh(second).status_code == Visitor().refresh(third).status_code == 200

    def test_does_not_prolong_the_grace(self, settings: Settings) -> None:
        first = sign_up()
        Visitor().refresh(first)
        backdate_use(settings.REFRESH_GRACE / 2)
        assert Visitor().refresh(first).status_code == 200
        backdate_use(settings.REFRESH_GRACE / 2)

        assert Visitor().refresh(first).status_code == 400

    def test_within_the_grace_is_refused_once_the_family_has_ended(self) -> None:
        first = sign_up()
        second = Visitor().refresh(first).json()["data"]["access_token"]
        Visitor(second).delete("sessions")

        assert Visitor().refresh(first).status_code == 400

    def test_with_a_used_token_keeps_other_sign_ins(self, settings: Settings) -> None:
        stolen = sign_up()
        other = Visitor().sign_in().json()["meta"]["refresh_token"]
        Visitor().refresh(stolen)
        backdate_use(settings.REFRESH_GRACE)

        Visitor().refresh(stolen)

        assert Visitor().refresh(other).status_code == 200

    def test_refuses_an_unknown_token(self) -> None:
        response = Visitor().refresh("made-up")

        assert (response.status_code, response.json()["code"]) == (400, "invalid_refresh_token")

    def test_refuses_an_expired_token(self, settings: Settings) -> None:
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

    def test_fails_if_the_user_signs_out_at_the_same_moment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        token = sign_up()

        def signed_out(self: SessionStore, must_create: bool = False) -> None:
            self.delete()
            raise UpdateError

        monkeypatch.setattr(SessionStore, "save", signed_out)

        assert Visitor().refresh(token).status_code == 400
        assert RefreshToken.objects.count() == 1

    def test_is_refused_to_an_inactive_user(self) -> None:
        token = sign_up()
        User.objects.update(is_active=False)

        assert Visitor().refresh(token).status_code == 400

    def test_is_refused_after_a_change_of_the_password(self) -> None:
        token = sign_up()
        user = User.objects.get()
        user.set_password(PASSWORD + "!")
        user.save()

        assert Visitor().refresh(token).status_code == 400

    def test_stores_no_usable_token(self) -> None:
        token = sign_up()

        assert token not in str(RefreshToken.objects.values())


@pytest.fixture
def slow_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delay the decision after the token is read, so that without a lock every request would succeed."""

    def decide_slowly(**arguments: Any) -> RefreshDecision:
        time.sleep(0.02)
        return decide_refresh(**arguments)

    monkeypatch.setattr(tokens, "decide_refresh", decide_slowly)


def test_eight_concurrent_uses_of_one_token_each_return_a_token_of_the_same_family(
    real_commits: None, slow_decision: None
) -> None:
    token = sign_up()

    responses = concurrently(*8 * [lambda: Visitor().refresh(token)])

    assert [response.status_code for response in responses] == 8 * [200]
    assert len({response.json()["data"]["refresh_token"] for response in responses}) == 8
    assert RefreshTokenFamily.objects.get().revoked_at is None
    refreshed = [Visitor().refresh(response.json()["data"]["refresh_token"]) for response in responses]
    assert [response.status_code for response in refreshed] == 8 * [200]


def test_of_eight_concurrent_uses_of_one_token_one_succeeds_without_a_grace(
    real_commits: None, slow_decision: None, settings: Settings
) -> None:
    settings.REFRESH_GRACE = 0
    token = sign_up()

    responses = concurrently(*8 * [lambda: Visitor().refresh(token)])

    assert sorted(response.status_code for response in responses) == [200] + 7 * [400]
    (successor,) = (response.json()["data"]["refresh_token"] for response in responses if response.status_code == 200)
    assert Visitor().refresh(successor).status_code == 400


def test_a_refresh_that_waited_for_the_revocation_of_its_family_is_refused(real_commits: None) -> None:
    token = sign_up()

    def refresh() -> int:
        try:
            return int(Visitor().refresh(token).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        with atomic():
            family = RefreshTokenFamily.objects.select_for_update().get()
            waiting = threads.submit(refresh)
            while not (is_waiting() or waiting.done()):
                time.sleep(0.01)
            family.revoke(now=timezone.now())
        assert waiting.result() == 400

    assert RefreshToken.objects.count() == 1


def is_waiting() -> bool:
    """Return whether a connection of this database waits for a row."""
    query = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with psycopg.connect(configured.DATABASE_URL) as administrator:
        return administrator.execute(query).fetchone() is not None


def test_eight_concurrent_sign_ups_with_one_address_create_one_customer(real_commits: None) -> None:
    responses = concurrently(*8 * [Visitor().begin_sign_up])

    assert [response.status_code for response in responses] == 8 * [401]
    assert User.objects.count() == 1
