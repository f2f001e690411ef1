"""Many shoppers at once, with the real application and real commits: each scarce piece is sold once."""

import time
from collections import Counter
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Sum
from django.utils import timezone

from contexts.basket.domain import shopper as basket
from contexts.basket.models import Coupon
from contexts.basket.use_cases.add_item import add_item
from contexts.basket.use_cases.apply_coupon import apply_coupon
from contexts.catalog.models import Stock, StockQuerySet
from contexts.catalog.published.dto import StockLine
from contexts.catalog.use_cases.commit_stock import commit_stock
from contexts.catalog.use_cases.reserve_stock import reserve_stock
from contexts.ordering.models import Order, OrderLine
from demo_payments.cards import TEST_CARDS
from demo_payments.models import CardToken
from tests.shop import GOOD_CARD, Shopper, coupon, create_variant
from tests.threads import concurrently, dispatcher_running, failures, in_threads

pytestmark = pytest.mark.usefixtures("real_commits")


def shopper_with(*skus: str, code: str = "") -> tuple[Shopper, str]:
    """Return a shopper with one of each SKU in the basket, and the token of a card; both come without HTTP requests."""
    shopper, now = Shopper(), timezone.now()
    for sku in skus:
        guest = basket.Shopper(customer_id=None, token=shopper.token)
        shopper.token = add_item(shopper=guest, sku=sku, quantity=1, now=now) or shopper.token
    if code:
        apply_coupon(shopper=basket.Shopper(customer_id=None, token=shopper.token), code=code, now=now)
    return shopper, CardToken.issue(TEST_CARDS[GOOD_CARD], now=now)


def check_out(purchase: tuple[Shopper, str]) -> int:
    shopper, card_token = purchase
    return int(shopper.order(payment_token=card_token).status_code)


@pytest.fixture
def slow_stock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pause after each locked row of stock, so that transactions that lock in different order must deadlock."""
    for name in ("reserve", "release", "commit"):
        change = getattr(StockQuerySet, name)

        def change_slowly(self: StockQuerySet, line: StockLine, change: Any = change) -> Any:
            changed = change(self, line)
            time.sleep(0.1)
            return changed

        monkeypatch.setattr(StockQuerySet, name, change_slowly)


def outcomes() -> dict[tuple[str, str], int]:
    """Count the orders by status and reason."""
    return Counter(Order.objects.values_list("status", "reason"))


class TestTheLastPieces:
    @pytest.mark.slow
    def test_are_each_sold_once_though_many_check_out(self) -> None:
        create_variant("LAST-10", on_hand=10)
        shoppers = in_threads([("LAST-10",)] * 200, lambda skus: shopper_with(*skus))

        with dispatcher_running():
            statuses = in_threads(shoppers, check_out)

        assert statuses == [202] * 200
        assert outcomes() == {("confirmed", ""): 10, ("cancelled", "out_of_stock"): 190}
        assert Stock.objects.values("on_hand", "reserved").get() == {"on_hand": 0, "reserved": 0}
        assert failures() == []

    def test_are_neither_lost_nor_multiplied(self) -> None:
        create_variant("FEW", on_hand=7)
        shoppers = in_threads(range(12), lambda _: shopper_with("FEW"))

        with dispatcher_running():
            in_threads(shoppers, check_out)

        sold = OrderLine.objects.filter(order__status="confirmed").aggregate(sold=Sum("quantity"))["sold"]
        stock = Stock.objects.get()
        assert (stock.on_hand + sold, stock.reserved) == (7, 0)


class TestBasketsInOppositeOrder:
    def test_never_deadlock(self) -> None:
        create_variant("KNIFE", on_hand=1000)
        create_variant("FORK", on_hand=1000)
        shoppers = in_threads([("KNIFE", "FORK"), ("FORK", "KNIFE")] * 12, lambda skus: shopper_with(*skus))
        in_threads(shoppers, check_out)

        with dispatcher_running(threads=4):
            pass

        assert failures() == []
        assert outcomes() == {("confirmed", ""): 24}
        assert set(Stock.objects.values_list("on_hand", "reserved")) == {(976, 0)}

    def test_lock_the_same_row_first(self, slow_stock: None) -> None:
        create_variant("KNIFE")
        create_variant("FORK")
        lines, sold = [StockLine(sku=sku, quantity=1) for sku in ("KNIFE", "FORK")], uuid4()
        reserve_stock(order_id=sold, lines=lines, now=timezone.now())

        concurrently(
            partial(commit_stock, order_id=sold, now=timezone.now()),
            partial(reserve_stock, order_id=uuid4(), lines=lines, now=timezone.now()),
            partial(reserve_stock, order_id=uuid4(), lines=lines[::-1], now=timezone.now()),
        )

        assert set(Stock.objects.values_list("on_hand", "reserved")) == {(9, 2)}

    def test_lock_the_same_row_first_though_each_replaces_an_order(self, slow_stock: None) -> None:
        create_variant("KNIFE")
        create_variant("FORK")
        knife, fork = ([StockLine(sku=sku, quantity=1)] for sku in ("KNIFE", "FORK"))
        held = {uuid4(): (knife, fork), uuid4(): (fork, knife)}
        for order_id, (old, _) in held.items():
            reserve_stock(order_id=order_id, lines=old, now=timezone.now())

        concurrently(
            *(
                partial(reserve_stock, order_id=uuid4(), lines=new, replaces=[order_id], now=timezone.now())
                for order_id, (_, new) in held.items()
            )
        )

        assert set(Stock.objects.values_list("on_hand", "reserved")) == {(10, 1)}


class TestACoupon:
    def test_is_used_as_often_as_it_may_be(self) -> None:
        create_variant("MUG", on_hand=100)
        coupon("FIRST-5", max_uses=5)
        shoppers = in_threads(range(16), lambda _: shopper_with("MUG", code="FIRST-5"))
        statuses = in_threads(shoppers, check_out)

        with dispatcher_running(threads=4):
            pass

        assert statuses == [202] * 16
        assert outcomes() == {("confirmed", ""): 5, ("cancelled", "coupon_refused"): 11}
        assert set(Order.objects.filter(status="confirmed").values_list("coupon", "discount")) == {
            ("FIRST-5", Decimal(1))
        }
        assert Coupon.objects.get().uses == 5
        assert Stock.objects.values("on_hand", "reserved").get() == {"on_hand": 95, "reserved": 0}

    def test_is_given_back_by_an_order_that_comes_to_nothing(self) -> None:
        create_variant("ONLY-2", on_hand=2)
        coupon("TENTH", max_uses=100)
        shoppers = in_threads(range(8), lambda _: shopper_with("ONLY-2", code="TENTH"))
        in_threads(shoppers, check_out)

        with dispatcher_running():
            pass

        assert outcomes() == {("confirmed", ""): 2, ("cancelled", "out_of_stock"): 6}
        assert Coupon.objects.get().uses == 2
