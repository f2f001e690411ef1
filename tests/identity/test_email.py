"""The change of an account's address: the new one must be verified, and the old one gets a notice."""

import pytest
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks

from contexts.identity.models import User
from tests.identity.conftest import EMAIL, PASSWORD, Visitor, emailed_code, visitor_after

pytestmark = pytest.mark.django_db

NEW = "robin@example.org"


@pytest.fixture
def me() -> Visitor:
    """Return a customer who has just reauthenticated."""
    visitor = visitor_after(Visitor().sign_up())
    assert visitor.post("app/v1/auth/reauthenticate", {"password": PASSWORD}).status_code == 200
    return visitor


def test_succeeds_when_the_new_address_is_verified(
    me: Visitor, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    requested = me.post("app/v1/account/email", {"email": "Robin@Example.org"})
    before = me.get("me").json()["email"]
    with django_capture_on_commit_callbacks(execute=True):
        verified = me.verify(emailed_code(NEW))

    assert (requested.status_code, verified.status_code, before) == (200, 200, EMAIL)
    assert {"email": NEW, "verified": False, "primary": False} in requested.json()["data"]
    assert me.get("app/v1/account/email").json()["data"] == [{"email": NEW, "verified": True, "primary": True}]
    assert (me.get("me").json()["email"], me.get("me").json()["email_verified"]) == (NEW, True)
    assert (Visitor().sign_in().status_code, Visitor().sign_in(NEW).status_code) == (400, 200)
    assert mail.outbox[-1].to == [EMAIL]
    assert f"from {EMAIL} to {NEW}" in str(mail.outbox[-1].body)


def test_requires_a_reauthentication() -> None:
    me = visitor_after(Visitor().sign_up())

    response = me.post("app/v1/account/email", {"email": NEW})

    assert response.status_code == 401
    assert {"id": "reauthenticate"} in response.json()["data"]["flows"]
    assert me.post("app/v1/auth/reauthenticate", {"password": "a-wrong-guess"}).status_code == 400
    assert me.post("app/v1/account/email", {"email": NEW}).status_code == 401


def test_fails_with_a_wrong_code(me: Visitor) -> None:
    me.post("app/v1/account/email", {"email": NEW})

    assert me.verify("BBBB-BBBB").status_code == 400
    assert me.get("me").json()["email"] == EMAIL


@pytest.mark.parametrize("owner", ["a customer", "an operator whose address is not verified"])
def test_does_not_take_the_address_of_another_user(me: Visitor, owner: str) -> None:
    if owner == "a customer":
        Visitor().sign_up(NEW)
    else:
        User.objects.create_superuser(NEW)

    me.post("app/v1/account/email", {"email": NEW})
    response = me.verify(emailed_code(NEW))

    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, "email_taken")
    assert me.get("me").json()["email"] == EMAIL
    assert User.objects.filter(email=NEW).count() == 1


def test_is_independent_of_a_sign_up_in_the_same_session(me: Visitor) -> None:
    abandoned = visitor_after(Visitor().begin_sign_up("kim@example.com", "a-basket-of-pears"))
    me = visitor_after(abandoned.sign_in())
    me.post("app/v1/auth/reauthenticate", {"password": PASSWORD})
    me.post("app/v1/account/email", {"email": NEW})

    assert me.verify(emailed_code(NEW)).status_code == 200
    assert Visitor().sign_in(NEW).status_code == 200


def test_requires_a_sign_in() -> None:
    assert Visitor().get("app/v1/account/email").status_code == 401
    assert Visitor().post("app/v1/account/email", {"email": NEW}).status_code == 409
