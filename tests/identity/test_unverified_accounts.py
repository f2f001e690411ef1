"""The deletion of accounts whose address was not verified within 30 days; accounts in use are kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from building_blocks.databases import deleting
from contexts.identity.db import atomic
from contexts.identity.domain.commands import DeleteExpiredSessions
from contexts.identity.models import User
from contexts.identity.use_cases.delete_unverified_accounts import UNVERIFIED_RETENTION, delete_unverified_accounts
from messaging.publishing import send
from tests.identity.conftest import EMAIL, PASSWORD, Visitor, emailed_code, visitor_after

pytestmark = pytest.mark.django_db(databases="__all__")

MINUTE = timedelta(minutes=1)


def backdate(**lookups: Any) -> None:
    """Make accounts so old that they are deleted if they were never verified."""
    User.objects.filter(**lookups).update(created_at=timezone.now() - UNVERIFIED_RETENTION - MINUTE)


def account_emails() -> list[str]:
    return list(User.objects.order_by("email").values_list("email", flat=True))


def test_an_unverified_account_is_deleted_with_its_address_and_may_be_created_again() -> None:
    Visitor().begin_sign_up()
    backdate()

    delete_unverified_accounts(now=timezone.now())

    assert (account_emails(), EmailAddress.objects.count()) == ([], 0)
    assert Visitor().sign_up().status_code == 200


def test_a_recent_one_is_kept_and_can_be_verified() -> None:
    pending = Visitor().begin_sign_up()
    User.objects.update(created_at=timezone.now() - UNVERIFIED_RETENTION + MINUTE)

    delete_unverified_accounts(now=timezone.now())

    assert visitor_after(pending).verify(emailed_code()).status_code == 200


def test_a_verified_one_is_kept_even_without_a_sign_in() -> None:
    Visitor().begin_sign_up()
    EmailAddress.objects.update(verified=True)
    Visitor().sign_up("lou@example.com")
    backdate()

    delete_unverified_accounts(now=timezone.now())

    assert account_emails() == ["lou@example.com", EMAIL]


@pytest.mark.parametrize(
    "fields",
    [
        {"is_staff": True},
        {"is_superuser": True},
        {"password": PASSWORD},
        {"last_login": timezone.now()},
    ],
    ids=["an operator", "a superuser", "with a password", "with a sign-in"],
)
def test_one_that_was_created_in_another_way_is_kept(fields: dict[str, Any]) -> None:
    User.objects.create_user(EMAIL, **fields)
    backdate()

    delete_unverified_accounts(now=timezone.now())

    assert account_emails() == [EMAIL]


def test_resetting_the_password_of_a_deleted_one_is_refused_and_a_new_sign_up_is_not() -> None:
    Visitor().begin_sign_up()
    pending = Visitor().request_password_reset()
    code = emailed_code()
    backdate()

    delete_unverified_accounts(now=timezone.now())

    assert visitor_after(pending).reset_password(code, PASSWORD).status_code == 409
    assert Visitor().sign_up().status_code == 200


def test_all_are_deleted_in_one_period_with_a_transaction_for_each_batch(
    monkeypatch: pytest.MonkeyPatch, drain: Callable[[], None]
) -> None:
    monkeypatch.setattr(deleting, "BATCH_SIZE", 2)
    for number in range(5):
        User.objects.create_user(f"{number}@example.com")
    backdate()

    with atomic():
        send(DeleteExpiredSessions(due_at=timezone.now()))
    drain()

    assert account_emails() == []
