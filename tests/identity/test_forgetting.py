"""Sessions and refresh tokens that are over: they are forgotten, and none that could still be used or be stolen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from building_blocks.databases import forgetting
from building_blocks.messaging.publishing import send
from contexts.identity.db import atomic
from contexts.identity.domain.steps import ForgetExpiredSessions
from contexts.identity.models import RefreshFamily, RefreshToken
from contexts.identity.use_cases.forget_expired_sessions import forget_expired_sessions
from tests.identity.conftest import Visitor

pytestmark = pytest.mark.django_db(databases="__all__")

A_MINUTE = timedelta(minutes=1)


def age(**found_by: object) -> None:
    """Let tokens be from so long ago that they have just expired."""
    RefreshToken.objects.filter(**found_by).update(expires_at=timezone.now() - A_MINUTE)


def test_sessions_that_are_over_are_forgotten() -> None:
    tokens = Visitor().sign_up().json()["meta"]
    Visitor().ask_for_a_password()
    Session.objects.exclude(pk=tokens["session_token"]).update(expire_date=timezone.now() - A_MINUTE)

    forget_expired_sessions(now=timezone.now())

    assert list(Session.objects.values_list("pk", flat=True)) == [tokens["session_token"]]
    assert Visitor().refresh(tokens["refresh_token"]).status_code == 200


def test_a_used_token_is_kept_to_be_recognised_until_it_would_have_expired() -> None:
    first = Visitor().sign_up().json()["meta"]["refresh_token"]
    second = Visitor().refresh(first).json()["data"]["refresh_token"]
    forget_expired_sessions(now=timezone.now())
    assert RefreshToken.objects.count() == 2

    age(used_at__isnull=False)
    forget_expired_sessions(now=timezone.now())

    assert RefreshToken.objects.get().used_at is None
    assert Visitor().refresh(first).status_code == 400
    assert Visitor().refresh(second).status_code == 200, "the family lives on"


def test_a_family_is_forgotten_with_its_last_token_once_its_session_is_over() -> None:
    Visitor().sign_up()
    age()

    forget_expired_sessions(now=timezone.now())
    assert not RefreshToken.objects.exists()
    assert RefreshFamily.objects.exists(), "its session gets it another token"

    later = timezone.now() + timedelta(seconds=settings.REFRESH_TOKEN_LIFETIME) + A_MINUTE
    forget_expired_sessions(now=later)
    assert not RefreshFamily.objects.exists()


def test_a_family_whose_session_is_over_is_kept_while_one_of_its_tokens_may_come_back() -> None:
    Visitor().sign_up()
    Session.objects.all().delete()

    forget_expired_sessions(now=timezone.now())

    assert RefreshFamily.objects.count() == RefreshToken.objects.count() == 1


def test_all_that_are_over_are_forgotten_in_one_period(
    monkeypatch: pytest.MonkeyPatch, drain: Callable[[], None]
) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    Visitor().sign_up()
    family, expired = RefreshFamily.objects.get(), timezone.now() - A_MINUTE
    RefreshToken.objects.all().delete()
    RefreshToken.objects.bulk_create(
        RefreshToken(family=family, digest=str(number), expires_at=expired) for number in range(5)
    )
    Session.objects.bulk_create(Session(pk=str(number), expire_date=expired) for number in range(5))

    with atomic():
        send(ForgetExpiredSessions(due_at=timezone.now()))
    drain()

    assert not RefreshToken.objects.exists()
    assert not Session.objects.filter(expire_date__lt=timezone.now()).exists()
