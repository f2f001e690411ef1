"""An e-mail address that no header can hold, or of which not all is seen, is refused wherever one is taken."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client

from building_blocks.email_addresses import validate_email_address
from contexts.identity.db import atomic
from contexts.identity.models import User
from tests.admin.desk import PASSWORD, desk
from tests.identity.conftest import EMAIL, Visitor, going_on
from tests.shop import Shopper, stocked

pytestmark = pytest.mark.django_db(databases="__all__")

UNSEEN = {
    "a line separator": "a@b.example\u2028x",
    "a paragraph separator": "a@b\u2029.example",
    "no width": "a@b\u200b.example",
    "another direction": "a@\u202eb.example",
    "a joiner": "a@b\u2060.example",
    "a byte order mark": "a@b\ufeff.example",
    "a wide space": "a@b\u3000.example",
    "a control": '"a\x01"@b.example',
    "a control of another kind": "a@b\x85.example",
    "a soft hyphen": "a@b\u00ad.example",
}
some = pytest.mark.parametrize("address", list(UNSEEN.values())[:4], ids=list(UNSEEN)[:4])
unseen = pytest.mark.parametrize("address", UNSEEN.values(), ids=UNSEEN)


@unseen
def test_is_none(address: str) -> None:
    with pytest.raises(ValidationError, match="without spaces, control or invisible characters"):
        validate_email_address(address)


@pytest.mark.parametrize("address", ["robin@example.com", "robin+shop@b\u00fccher.example", "o'neil@example.co.uk"])
def test_is_one(address: str) -> None:
    validate_email_address(address)


def sign_up(address: str) -> int:
    return int(Visitor().begin_sign_up(address).status_code)


def ask_for_a_password(address: str) -> int:
    return int(Visitor().ask_for_a_password(address).status_code)


def change_mine(address: str) -> int:
    me = going_on(Visitor().sign_up())
    me.post("app/v1/auth/reauthenticate", {"password": "a-basket-of-apples"})
    return int(me.post("app/v1/account/email", {"email": address}).status_code)


def order_as_a_guest(address: str) -> int:
    stocked("MUG")
    shopper = Shopper()
    shopper.add("MUG")
    answer = shopper.order(payment_token="tok", email=address)
    assert answer.json()["errors"][0]["pointer"] == "/email"
    return int(answer.status_code)


@some
@pytest.mark.parametrize("way", [sign_up, ask_for_a_password, change_mine, order_as_a_guest])
def test_is_refused_by_the_api(way: Any, address: str) -> None:
    assert way(address) == 400
    assert not User.objects.exclude(email=EMAIL).exists()


@some
def test_is_refused_by_the_form_of_an_operator(address: str) -> None:
    new = {"email": address, "name": "Lou", "password1": PASSWORD, "password2": PASSWORD}

    page = desk().post("/admin/identity/user/add/", new)

    assert page.status_code == 200
    assert "email" in page.context["adminform"].form.errors


@some
def test_is_refused_by_the_command_line(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)

    with pytest.raises(CommandError):
        call_command("createsuperuser", email=address, interactive=False, verbosity=0)


@pytest.mark.parametrize("kind", ["a line separator", "a paragraph separator", "a control of another kind"])
def test_that_would_break_a_header_is_refused_by_the_database(kind: str) -> None:
    with pytest.raises(IntegrityError), atomic():
        User.objects.bulk_create([User(email=UNSEEN[kind])])


def test_is_no_account_to_sign_in_with() -> None:
    assert Visitor().sign_in(UNSEEN["a line separator"]).status_code == 400
    answer = Client().post("/admin/login/", {"username": UNSEEN["a line separator"], "password": PASSWORD})
    assert answer.status_code == 200
