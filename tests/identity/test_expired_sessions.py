"""The deletion of expired sessions and refresh tokens; those that may still be used, or come back stolen, are kept."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from building_blocks.databases import deleting
from contexts.identity.db import atomic
from contexts.identity.domain.commands import DeleteExpiredSessions
from contexts.identity.models import RefreshToken, RefreshTokenFamily
from contexts.identity.use_cases.delete_expired_sessions import delete_expired_sessions
from messaging.publishing import send
from tests.identity.conftest import Visitor

pytestmark = pytest.mark.django_db(databases="__all__")

MINUTE = timedelta(minutes=1)


def backdate(**lookups: object) -> None:
    """Make tokens so old that they have just expired."""
    RefreshToken.objects.filter(**lookups).update(expires_at=timezone.now() - MINUTE)


def test_expired_sessions_are_deleted() -> None:
    tokens = Visitor().sign_up().json()["meta"]
    Visitor().request_password_reset()
    Session.objects.exclude(pk=tokens["session_token"]).update(expire_date=timezone.now() - MINUTE)

    delete_expired_sessions(now=timezone.now())

    assert list(Session.objects.values_list("pk", flat=True)) == [tokens["session_token"]]
    assert Visitor().refresh(tokens["refresh_token"]).status_code == 200


def test_a_used_token_is_kept_until_it_expires() -> None:
    first = Visitor().sign_up().json()["meta"]["refresh_token"]
    second = Visitor().refresh(first).json()["data"]["refresh_token"]
    delete_expired_sessions(now=timezone.now())
    assert RefreshToken.objects.count() == 2

    backdate(used_at__isnull=False)
    delete_expired_sessions(now=timezone.now())

    assert RefreshToken.objects.get().used_at is None
    assert Visitor().refresh(first).status_code == 400
    assert Visitor().refresh(second).status_code == 200, "the family lives on"


def test_a_family_is_deleted_with_its_last_token_once_its_session_has_expired() -> None:
    Visitor().sign_up()
    backdate()

    delete_expired_sessions(now=timezone.now())
    assert not RefreshToken.objects.exists()
    assert RefreshTokenFamily.objects.exists(), "its session can give it another token"

    later = timezone.now() + timedelta(seconds=settings.REFRESH_TOKEN_LIFETIME) + MINUTE
    delete_expired_sessions(now=later)
    assert not RefreshTokenFamily.objects.exists()


def test_a_family_without_a_session_is_kept_while_it_has_tokens() -> None:
    Visitor().sign_up()
    Session.objects.all().delete()

    delete_expired_sessions(now=timezone.now())

    assert RefreshTokenFamily.objects.count() == RefreshToken.objects.count() == 1


def test_all_expired_sessions_and_tokens_are_deleted_in_one_period(
    monkeypatch: pytest.MonkeyPatch, drain: Callable[[], None]
) -> None:
    monkeypatch.setattr(deleting, "BATCH_SIZE", 2)
    Visitor().sign_up()
    family, expired = RefreshTokenFamily.objects.get(), timezone.now() - MINUTE
    RefreshToken.objects.all().delete()
    RefreshToken.objects.bulk_create(
        RefreshToken(family=family, digest=str(number), expires_at=expired) for number in range(5)
    )
    Session.objects.bulk_create(Session(pk=str(number), expire_date=expired) for number in range(5))

    with atomic():
        send(DeleteExpiredSessions(due_at=timezone.now()))
    drain()

    assert not RefreshToken.objects.exists()
    assert not Session.objects.filter(expire_date__lt=timezone.now()).exists()
