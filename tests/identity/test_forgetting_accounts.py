"""Accounts whose address nobody has verified: they are forgotten after a month, and none that anybody uses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from building_blocks.databases import forgetting
from building_blocks.messaging.publishing import send
from contexts.identity.db import atomic
from contexts.identity.domain.steps import ForgetExpiredSessions
from contexts.identity.models import User
from contexts.identity.use_cases.forget_unverified_accounts import KEPT, forget_unverified_accounts
from tests.identity.conftest import EMAIL, PASSWORD, Visitor, code_for, going_on

pytestmark = pytest.mark.django_db(databases="__all__")

A_MINUTE = timedelta(minutes=1)


def age(**found_by: Any) -> None:
    """Let accounts be from so long ago that they are forgotten, if they were never verified."""
    User.objects.filter(**found_by).update(created_at=timezone.now() - KEPT - A_MINUTE)


def known() -> list[str]:
    return list(User.objects.order_by("email").values_list("email", flat=True))


def test_an_account_that_was_never_verified_is_forgotten_with_its_address_and_may_be_made_again() -> None:
    Visitor().begin_sign_up()
    age()

    forget_unverified_accounts(now=timezone.now())

    assert (known(), EmailAddress.objects.count()) == ([], 0)
    assert Visitor().sign_up().status_code == 200


def test_one_that_is_young_is_kept_and_can_be_verified() -> None:
    began = Visitor().begin_sign_up()
    User.objects.update(created_at=timezone.now() - KEPT + A_MINUTE)

    forget_unverified_accounts(now=timezone.now())

    assert going_on(began).verify(code_for()).status_code == 200


def test_one_that_is_verified_is_kept_though_nobody_has_signed_in_since() -> None:
    Visitor().begin_sign_up()
    EmailAddress.objects.update(verified=True)
    Visitor().sign_up("lou@example.com")
    age()

    forget_unverified_accounts(now=timezone.now())

    assert known() == ["lou@example.com", EMAIL]


@pytest.mark.parametrize(
    "fields",
    [
        {"is_staff": True},
        {"is_superuser": True},
        {"password": PASSWORD},
        {"last_login": timezone.now()},
    ],
    ids=["an operator", "who may do everything", "who has a password", "who has signed in"],
)
def test_one_that_was_made_in_another_way_is_kept(fields: dict[str, Any]) -> None:
    User.objects.create_user(EMAIL, **fields)
    age()

    forget_unverified_accounts(now=timezone.now())

    assert known() == [EMAIL]


def test_a_new_password_for_one_that_is_forgotten_meanwhile_is_refused_and_the_next_sign_up_is_not() -> None:
    Visitor().begin_sign_up()
    began = Visitor().ask_for_a_password()
    code = code_for()
    age()

    forget_unverified_accounts(now=timezone.now())

    assert going_on(began).reset(code, PASSWORD).status_code == 409
    assert Visitor().sign_up().status_code == 200


def test_all_are_forgotten_in_one_period_a_batch_in_each_transaction(
    monkeypatch: pytest.MonkeyPatch, drain: Callable[[], None]
) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    for number in range(5):
        User.objects.create_user(f"{number}@example.com")
    age()

    with atomic():
        send(ForgetExpiredSessions(due_at=timezone.now()))
    drain()

    assert known() == []
