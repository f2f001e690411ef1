"""A guest who orders with an e-mail address that contains invisible characters."""

import pytest

from tests.shop import Shopper, create_variant

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.mark.parametrize(
    "address",
    ["a@b.example\u2028x", "a@b\u2029.example", "a@b\u200b.example", "a@\u202eb.example"],
    ids=["a line separator", "a paragraph separator", "a zero-width space", "another direction"],
)
def test_is_refused(address: str) -> None:
    create_variant("MUG")
    shopper = Shopper()
    shopper.add("MUG")

    response = shopper.order(payment_token="tok", email=address)

    assert response.status_code == 400
    assert [error["pointer"] for error in response.json()["errors"]] == ["/email"]
