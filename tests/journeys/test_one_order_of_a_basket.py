"""A basket that is ordered again before its order is paid: the new order replaces the old one."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contexts.basket.models import Redemption
from contexts.catalog.models import Reservation, Stock
from tests.client import Shopper
from tests.clock import postpone, run_until_idle_at
from tests.journeys.purchases import NEEDS_APPROVAL, TIMES_OUT, charges, outcomes, stock_and_coupon_uses
from tests.tables import contents

pytestmark = pytest.mark.django_db(databases="__all__")

LATER = timedelta(minutes=5)

Drain = Callable[[], None]


@pytest.fixture
def _more_mugs(shopper: Shopper) -> None:
    """Two more mugs on hand, so that the shopper can add to the basket after ordering."""
    Stock.objects.update(on_hand=3)


@pytest.mark.usefixtures("_more_mugs")
def test_is_paid_once_though_the_basket_has_changed_and_the_first_card_is_approved_late(
    shopper: Shopper, drain: Drain
) -> None:
    first = shopper.order(card=NEEDS_APPROVAL)
    drain()
    page = shopper.get(first.headers["Location"]).json()["payment"]["next_action"]
    shopper.add("MUG")

    second = shopper.order()
    Client().post(page, {"decision": "approve"})
    drain()
    run_until_idle_at(timezone.now() + timedelta(days=2))

    assert second.status_code == 202
    assert outcomes() == [("cancelled", "replaced"), ("confirmed", "")]
    assert charges() == ["captured", "voided"]
    assert stock_and_coupon_uses() == (1, 0, 1)


@pytest.mark.parametrize(
    "late",
    [
        (),
        ("catalog.release_stock.v1", "basket.release_coupon.v1"),
        ("catalog.reserve_stock.v1", "basket.redeem_coupon.v1"),
    ],
    ids=["in turn", "releases are late", "new requests are late"],
)
def test_is_not_refused_what_its_own_first_order_holds(shopper: Shopper, drain: Drain, late: tuple[str, ...]) -> None:
    shopper.order(card=NEEDS_APPROVAL)
    drain()
    held = stock_and_coupon_uses()

    shopper.order()
    for message in late:
        postpone(message, until=timezone.now() + LATER)
    drain()
    run_until_idle_at(timezone.now() + 2 * LATER)

    assert held == (1, 1, 1)
    assert outcomes() == [("cancelled", "replaced"), ("confirmed", "")]
    assert stock_and_coupon_uses() == (0, 0, 1)


def test_grants_nothing_to_the_first_order_if_its_requests_come_after_those_of_the_second(
    shopper: Shopper, drain: Drain
) -> None:
    shopper.order()
    for message in ("catalog.reserve_stock.v1", "basket.redeem_coupon.v1"):
        postpone(message, until=timezone.now() + LATER)
    shopper.send("put", "/api/v1/basket/coupon", {"code": "ONCE"})  # a new version of the basket

    shopper.order()
    drain()
    run_until_idle_at(timezone.now() + 2 * LATER)

    assert outcomes() == [("cancelled", "replaced"), ("confirmed", "")]
    assert sorted(Reservation.objects.values_list("state", flat=True)) == ["committed", "released"]
    assert sorted(Redemption.objects.values_list("state", flat=True)) == ["redeemed", "released"]
    assert stock_and_coupon_uses() == (0, 0, 1)


@pytest.mark.usefixtures("_more_mugs")
def test_releases_what_the_first_order_held_if_the_second_is_out_of_stock(shopper: Shopper, drain: Drain) -> None:
    shopper.order(card=NEEDS_APPROVAL)
    drain()
    shopper.add("MUG")
    Stock.objects.update(on_hand=1)

    shopper.order()
    drain()

    assert outcomes() == [("cancelled", "replaced"), ("cancelled", "out_of_stock")]
    assert stock_and_coupon_uses() == (1, 0, 0)


@pytest.mark.usefixtures("_more_mugs")
def test_is_refused_with_the_number_of_an_order_whose_money_may_have_been_captured(
    shopper: Shopper, drain: Drain
) -> None:
    number = shopper.order(card=TIMES_OUT).json()["number"]
    drain()
    shopper.add("MUG")
    before = contents()

    refused = shopper.order(payment_token="tok")

    assert (refused.status_code, refused.json()["code"], refused.json()["order"]) == (409, "already_ordered", number)
    assert contents() == before


@pytest.mark.usefixtures("_more_mugs")
def test_never_replaces_the_order_of_a_newer_basket_by_that_of_an_older(
    shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contexts.ordering import neighbours

    class SlowBasket:
        def snapshot(self, **arguments: Any) -> Any:
            snapshot = basket.snapshot(**arguments)
            monkeypatch.undo()
            shopper.add("MUG")
            other_tab()
            return snapshot

    other_tab, basket = partial(shopper.order, payment_token="tok"), neighbours.basket
    monkeypatch.setattr(neighbours, "basket", SlowBasket())

    refused = shopper.order(payment_token="tok2")

    assert (refused.status_code, refused.json()["code"]) == (409, "basket_changed")
    assert outcomes() == [("placed", "")]
