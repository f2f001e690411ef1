"""A shop that writes to any address that a guest names must not carry the guest's words there."""

from collections.abc import Callable

import pytest
from django.core import mail

from tests.shop import ADDRESS, Shopper, create_variant, customer

pytestmark = pytest.mark.django_db(databases="__all__")

NOTE = "Win a prize at https://prize.example/win"


def mailed(shopper: Shopper, drain: Callable[[], None]) -> str:
    """Buy with a note, and return all that is mailed about it."""
    create_variant("MUG")
    shopper.add("MUG")
    assert shopper.order(delivery_note=NOTE).status_code == 202
    drain()
    (message,) = mail.outbox
    return str(message.message())


def test_the_note_of_a_guest_is_not_mailed(drain: Callable[[], None]) -> None:
    assert "prize" not in mailed(Shopper(), drain)


def test_the_note_of_a_customer_is(drain: Callable[[], None]) -> None:
    assert "prize" in mailed(customer(), drain)


@pytest.mark.parametrize("line", ["https://prize.example/win", "Win at WWW.prize.example", "ftp://prize.example"])
def test_an_address_with_a_link_is_refused(line: str) -> None:
    create_variant("MUG")
    shopper = Shopper()
    shopper.add("MUG")

    answer = shopper.order(payment_token="tok", delivery_address=ADDRESS | {"name": line})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/delivery_address/name"
