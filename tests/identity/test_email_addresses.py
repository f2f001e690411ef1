"""E-mail addresses with control, invisible or separator characters, which every input of an address refuses."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client

from building_blocks.email_addresses import validate_email_address
from contexts.identity.db import atomic
from contexts.identity.models import User
from tests.admin.operators import PASSWORD, operator_client
from tests.identity.conftest import EMAIL, Visitor, visitor_after

pytestmark = pytest.mark.django_db

INVISIBLE = {
    "a line separator": "a@b.example\u2028x",
    "a paragraph separator": "a@b\u2029.example",
    "a zero-width space": "a@b\u200b.example",
    "another direction": "a@\u202eb.example",
    "a joiner": "a@b\u2060.example",
    "a byte order mark": "a@b\ufeff.example",
    "a wide space": "a@b\u3000.example",
    "a control": '"a\x01"@b.example',
    "a control of another kind": "a@b\x85.example",
    "a soft hyphen": "a@b\u00ad.example",
}
few_invisible = pytest.mark.parametrize("address", list(INVISIBLE.values())[:4], ids=list(INVISIBLE)[:4])
each_invisible = pytest.mark.parametrize("address", INVISIBLE.values(), ids=INVISIBLE)


@each_invisible
def test_an_address_with_such_a_character_is_not_valid(address: str) -> None:
    with pytest.raises(ValidationError, match="without spaces, control or invisible characters"):
        validate_email_address(address)


@pytest.mark.parametrize("address", ["robin@example.com", "robin+shop@b\u00fccher.example", "o'neil@example.co.uk"])
def test_an_address_with_other_special_characters_is_valid(address: str) -> None:
    validate_email_address(address)


def sign_up(address: str) -> int:
    return int(Visitor().begin_sign_up(address).status_code)


def request_password_reset(address: str) -> int:
    return int(Visitor().request_password_reset(address).status_code)


def change_email(address: str) -> int:
    me = visitor_after(Visitor().sign_up())
    me.post("app/v1/auth/reauthenticate", {"password": "a-basket-of-apples"})
    return int(me.post("app/v1/account/email", {"email": address}).status_code)


@few_invisible
@pytest.mark.parametrize("submit", [sign_up, request_password_reset, change_email])
def test_is_refused_by_the_api(submit: Any, address: str) -> None:
    assert submit(address) == 400
    assert not User.objects.exclude(email=EMAIL).exists()


@few_invisible
def test_is_refused_by_the_form_of_an_operator(address: str) -> None:
    new = {"email": address, "name": "Lou", "password1": PASSWORD, "password2": PASSWORD}

    page = operator_client().post("/admin/identity/user/add/", new)

    assert page.status_code == 200
    assert "email" in page.context["adminform"].form.errors


@few_invisible
def test_is_refused_by_the_command_line(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    with pytest.raises(CommandError):
        call_command("createsuperuser", email=address, interactive=False, verbosity=0)


@pytest.mark.parametrize("kind", ["a line separator", "a paragraph separator", "a control of another kind"])
def test_that_would_break_a_header_is_refused_by_the_database(kind: str) -> None:
    with pytest.raises(IntegrityError), atomic():
        User.objects.bulk_create([User(email=INVISIBLE[kind])])


def test_is_refused_at_a_sign_in() -> None:
    assert Visitor().sign_in(INVISIBLE["a line separator"]).status_code == 400
    response = Client().post("/admin/login/", {"username": INVISIBLE["a line separator"], "password": PASSWORD})
    assert response.status_code == 200
