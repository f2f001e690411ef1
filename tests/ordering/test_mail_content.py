"""The shop sends e-mails to any address that a guest enters, so they must not contain a guest's text."""

from collections.abc import Callable

import pytest
from django.core import mail

from tests.client import ADDRESS
from tests.ordering.neighbours import Buyer

pytestmark = [pytest.mark.django_db(databases=["ordering", "demo_payments"]), pytest.mark.usefixtures("neighbours")]

NOTE = "Win a prize at https://prize.example/win"


def mailed(buyer: Buyer, drain: Callable[[], None]) -> str:
    """Buy with a note, and return the e-mail about it."""
    buyer.put("MUG")
    assert buyer.order(delivery_note=NOTE).status_code == 202
    drain()
    (message,) = mail.outbox
    return str(message.message())


def test_the_note_of_a_guest_is_not_emailed(drain: Callable[[], None]) -> None:
    assert "prize" not in mailed(Buyer(), drain)


def test_the_note_of_a_customer_is_emailed(drain: Callable[[], None]) -> None:
    assert "prize" in mailed(Buyer("robin@example.com"), drain)


@pytest.mark.parametrize("line", ["https://prize.example/win", "Win at WWW.prize.example", "ftp://prize.example"])
def test_an_address_with_a_link_is_refused(line: str) -> None:
    buyer = Buyer()
    buyer.put("MUG")

    answer = buyer.order(payment_token="tok", delivery_address=ADDRESS | {"name": line})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/delivery_address/name"
