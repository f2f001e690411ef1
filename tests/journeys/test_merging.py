"""A guest orders, signs in and merges the basket: bought items leave it, also after they moved."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from contexts.basket.models import Basket, BasketItem
from contexts.basket.use_cases.remove_bought_items import remove_bought_items
from contexts.ordering.models import Order
from tests.clock import run_until_idle_at
from tests.journeys.purchases import NEEDS_APPROVAL
from tests.shop import NOW, Shopper, coupon, create_variant, customer
from tests.threads import concurrently

MERGE = "/api/v1/basket/merge"


def guest_with(sku: str, quantity: int) -> Shopper:
    guest = Shopper()
    guest.add(sku, quantity)
    return guest


def merge(robin: Shopper, guest: Shopper) -> Any:
    return robin.send("post", MERGE, {"token": guest.token})


def soon() -> datetime:
    """Return a time by which the shop has checked the payment again."""
    return timezone.now() + timedelta(seconds=10)


def decide(page: str, decision: str) -> None:
    assert Client().post(page, {"decision": decision}).status_code == 200


def quantities(shopper: Shopper) -> dict[str, int]:
    return {item["sku"]: item["quantity"] for item in shopper.get("/api/v1/basket").json()["items"]}


@pytest.mark.django_db(databases="__all__")
class TestAGuestWhoSignsInBeforeTheBankApproves:
    @pytest.fixture(autouse=True)
    def _shop(self) -> None:
        create_variant("MUG", on_hand=10)

    def order(self, guest: Shopper, drain: Callable[[], None]) -> str:
        """Order with a card that needs approval, and return the URL of the approval page."""
        placed = guest.order(card=NEEDS_APPROVAL)
        drain()
        return str(guest.get(placed.headers["Location"]).json()["payment"]["next_action"])

    def test_finds_the_basket_empty(self, drain: Callable[[], None]) -> None:
        guest, robin = guest_with("MUG", 3), customer()
        page = self.order(guest, drain)

        merge(robin, guest)
        decide(page, "approve")
        run_until_idle_at(soon())

        assert Order.objects.get().status == "confirmed"
        assert quantities(robin) == {}

    def test_finds_what_the_customer_had_in_the_basket(self, drain: Callable[[], None]) -> None:
        guest, robin = guest_with("MUG", 3), customer()
        robin.add("MUG", 2)
        page = self.order(guest, drain)

        merge(robin, guest)
        decide(page, "approve")
        run_until_idle_at(soon())

        assert Order.objects.get().status == "confirmed"
        assert quantities(robin) == {"MUG": 2}

    @pytest.mark.parametrize(("own", "left"), [("", None), ("ROBINS", "ROBINS")])
    def test_loses_only_the_coupon_that_was_used(self, drain: Callable[[], None], own: str, left: str | None) -> None:
        coupon("GUESTS"), coupon("ROBINS")
        guest, robin = guest_with("MUG", 3), customer()
        guest.send("put", "/api/v1/basket/coupon", {"code": "GUESTS"})
        robin.add("MUG", 1)
        if own:
            robin.send("put", "/api/v1/basket/coupon", {"code": own})
        page = self.order(guest, drain)

        merge(robin, guest)
        decide(page, "approve")
        run_until_idle_at(soon())

        assert Order.objects.get().status == "confirmed"

        shown = robin.get("/api/v1/basket").json()["coupon"]
        assert (shown and shown["code"]) == left

    def test_finds_all_items_if_the_order_is_cancelled(self, drain: Callable[[], None]) -> None:
        guest, robin = guest_with("MUG", 3), customer()
        page = self.order(guest, drain)

        merge(robin, guest)
        decide(page, "refuse")
        run_until_idle_at(soon())

        assert Order.objects.get().status == "cancelled"
        assert quantities(robin) == {"MUG": 3}


@pytest.mark.django_db(databases="__all__")
def test_a_coupon_applied_after_ordering_is_still_there_when_the_order_is_confirmed(drain: Callable[[], None]) -> None:
    create_variant("MUG"), create_variant("PAN")
    coupon("TENTH")
    shopper = guest_with("MUG", 1)
    shopper.order()
    shopper.add("PAN", 1)
    shopper.send("put", "/api/v1/basket/coupon", {"code": "TENTH"})

    drain()

    basket = shopper.get("/api/v1/basket").json()
    assert (quantities(shopper), basket["coupon"]["code"]) == ({"PAN": 1}, "TENTH")


@pytest.mark.usefixtures("real_commits")
class TestABasketThatIsMergedWhileItsOrderIsConfirmed:
    def slowly(self, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """Let a method of Basket pause first, while it holds the locks it has by then."""
        do = getattr(Basket, name)

        def wait_and_do(*args: Any, **more: Any) -> Any:
            time.sleep(0.3)
            return do(*args, **more)

        monkeypatch.setattr(Basket, name, wait_and_do)

    def bought(self, basket_id: Any) -> None:
        time.sleep(0.1)
        remove_bought_items(basket_id=basket_id, bought={"MUG": 3}, coupon="", now=NOW)

    @pytest.mark.parametrize("slow", ["set_item", "merge_into", "open_for_customer"])
    def test_contains_no_bought_item_afterwards(self, monkeypatch: pytest.MonkeyPatch, slow: str) -> None:
        create_variant("MUG", on_hand=10)
        guest, robin = guest_with("MUG", 3), customer()
        basket_id = Basket.objects.get().pk
        self.slowly(monkeypatch, slow)

        merged, _ = concurrently(partial(merge, robin, guest), partial(self.bought, basket_id))

        assert merged.status_code == 200
        assert not BasketItem.objects.exists()

    def test_and_merged_again_does_not_deadlock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        create_variant("MUG", on_hand=10)
        guest, robin = guest_with("MUG", 3), customer()
        basket_id = Basket.objects.get().pk
        merge(robin, guest)
        opened = Basket.open_for_customer

        def open_slowly(customer_id: Any, *, now: datetime) -> Basket:
            basket = opened(customer_id, now=now)
            time.sleep(0.3)
            return basket

        monkeypatch.setattr(Basket, "open_for_customer", open_slowly)
        merged, _ = concurrently(partial(merge, robin, guest), partial(self.bought, basket_id))

        assert merged.status_code == 200
        assert not BasketItem.objects.exists()


@pytest.mark.django_db(databases="__all__")
def test_a_purchase_from_a_deleted_basket_changes_no_other_basket() -> None:
    create_variant("MUG")
    robin = customer()
    robin.add("MUG", 1)

    remove_bought_items(basket_id=uuid4(), bought={"MUG": 1}, coupon="", now=NOW)

    assert quantities(robin) == {"MUG": 1}
