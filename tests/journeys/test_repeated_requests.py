"""One shopper in several tabs at once, or with a double click: a repeated request has its effect once."""

import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail

from contexts.basket import neighbours as basket_neighbours
from contexts.basket.models import Basket, BasketItem
from contexts.basket.published.dto import BasketSnapshot
from contexts.catalog.published.dto import Offer
from contexts.ordering import neighbours
from contexts.ordering.models import Order, OrderQuerySet
from demo_payments.models import Charge
from tests.shop import Shopper, create_variant, customer
from tests.threads import concurrently, dispatcher_running, failures

pytestmark = pytest.mark.usefixtures("real_commits")


@pytest.fixture
def slow_basket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pause each order between reading the basket and writing, so that all orders read the same."""

    class SlowBasket:
        def snapshot(self, **arguments: Any) -> Any:
            snapshot = basket.snapshot(**arguments)
            time.sleep(0.2)
            return snapshot

    basket = neighbours.basket
    monkeypatch.setattr(neighbours, "basket", SlowBasket())


class TestTheSameIdempotencyKey:
    @pytest.mark.usefixtures("slow_basket")
    def test_eight_times_at_once_makes_one_order(self) -> None:
        shopper = Shopper()
        create_variant("MUG", on_hand=10)
        shopper.add("MUG", 2)
        key, card_token = str(uuid4()), shopper.card()

        with dispatcher_running():
            responses = concurrently(*[partial(shopper.order, key=key, payment_token=card_token)] * 8)

        order = Order.objects.get()
        assert Counter((response.status_code, response.json()["number"]) for response in responses).keys() <= {
            (202, order.number),
            (201, order.number),
        }
        assert order.status == "confirmed"
        assert Charge.objects.values_list("status", "amount").get() == ("captured", order.total)
        assert len(mail.outbox) == 1
        assert failures() == []

    def test_while_the_basket_changes_makes_one_order(self, monkeypatch: pytest.MonkeyPatch) -> None:
        insert = Order.insert

        def insert_slowly(self: Order, *args: Any, **more: Any) -> None:
            time.sleep(0.5)
            insert(self, *args, **more)

        monkeypatch.setattr(Order, "insert", insert_slowly)
        shopper = Shopper()
        create_variant("MUG")
        shopper.add("MUG")
        order = partial(shopper.order, key=str(uuid4()), payment_token=shopper.card())

        def order_more() -> Any:
            time.sleep(0.2)
            shopper.add("MUG")
            return order()

        responses = concurrently(order, order_more)

        assert [response.json()["number"] for response in responses] == [Order.objects.get().number] * 2

    def test_with_another_body_at_once_makes_one_order_and_refuses_the_rest(self) -> None:
        shopper = Shopper()
        create_variant("MUG", on_hand=10)
        shopper.add("MUG")
        key, card_token = str(uuid4()), shopper.card()
        notes = ["At the front door.", "At the back door."] * 4

        responses = concurrently(
            *[partial(shopper.order, key=key, payment_token=card_token, delivery_note=note) for note in notes]
        )

        order = Order.objects.get()
        assert [response.status_code for response in responses] == [
            202 if note == order.delivery_note else 422 for note in notes
        ]
        refused = next(response.json() for response in responses if response.status_code == 422)
        assert refused["code"] == "idempotency_key_reused"


@pytest.mark.usefixtures("slow_basket")
def test_two_tabs_with_a_key_each_make_one_order_of_one_basket() -> None:
    shopper = Shopper()
    create_variant("MUG", on_hand=10)
    shopper.add("MUG")
    cards = [shopper.card(), shopper.card()]

    with dispatcher_running():
        responses = concurrently(*[partial(shopper.order, payment_token=card_token) for card_token in cards])

    order = Order.objects.get()
    placed, refused = sorted(responses, key=lambda response: int(response.status_code))
    assert (placed.status_code, placed.json()["number"]) == (202, order.number)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_ordered")
    assert refused.json()["order"] == order.number
    assert order.number in refused.json()["detail"]
    assert Charge.objects.count() == 1


def test_a_basket_whose_order_was_cancelled_can_be_ordered_again(drain: Callable[[], None]) -> None:
    shopper = Shopper()
    create_variant("MUG")
    shopper.add("MUG")
    shopper.order(card="4000000000000002")
    drain()

    second = shopper.order()
    drain()

    assert second.status_code == 202
    assert sorted(Order.objects.values_list("status", flat=True)) == ["cancelled", "confirmed"]


def test_a_second_tab_can_order_a_basket_whose_order_is_cancelled_at_that_moment(
    drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    shopper = Shopper()
    create_variant("MUG")
    shopper.add("MUG")
    shopper.order(card="4000000000000002")
    conflicting = OrderQuerySet.conflicting

    def none_visible_yet(self: OrderQuerySet, snapshot: BasketSnapshot) -> list[Order]:
        monkeypatch.undo()
        monkeypatch.setattr(OrderQuerySet, "conflicting", conflicting_after_the_first_is_declined)
        return []

    def conflicting_after_the_first_is_declined(self: OrderQuerySet, basket_id: UUID, version: int) -> Order | None:
        drain()
        return conflicting(self, basket_id, version)

    monkeypatch.setattr(OrderQuerySet, "lock_unpaid", none_visible_yet)
    second = shopper.order()

    assert second.status_code == 202
    assert dict(Order.objects.values_list("number", "status"))[second.json()["number"]] == "placed"


class TestABasketWithConcurrentRequests:
    def test_contains_the_sum_of_all_that_is_added_at_once(self) -> None:
        shopper = Shopper()
        create_variant("MUG", on_hand=100)
        shopper.add("MUG")

        concurrently(*[partial(shopper.add, "MUG", quantity) for quantity in range(1, 9)])

        assert BasketItem.objects.values_list("sku", "quantity").get() == ("MUG", 37)
        assert Basket.objects.get().version == 9

    def test_is_the_only_one_of_a_customer_whose_first_requests_come_at_once(self) -> None:
        robin = customer()
        create_variant("MUG", on_hand=100)

        concurrently(*[partial(robin.add, "MUG")] * 8)

        assert Basket.objects.count() == 1
        assert BasketItem.objects.values_list("sku", "quantity").get() == ("MUG", 8)

    def test_is_merged_once_by_several_requests_at_once(self) -> None:
        anonymous, robin = Shopper(), customer()
        create_variant("MUG", on_hand=100)
        anonymous.add("MUG", 3)
        robin.add("MUG", 2)

        merge = partial(robin.send, "post", "/api/v1/basket/merge", {"token": anonymous.token})
        responses = concurrently(*[merge] * 8)

        assert [response.status_code for response in responses] == [200] * 8
        assert [(item["sku"], item["quantity"]) for item in responses[0].json()["items"]] == [("MUG", 5)]
        assert BasketItem.objects.values_list("quantity", flat=True).get() == 5

    def test_goes_to_one_of_two_customers_who_merge_it_at_once(self) -> None:
        anonymous, customers = Shopper(), [customer("robin@example.com"), customer("kim@example.com")]
        create_variant("MUG", on_hand=100)
        anonymous.add("MUG", 3)

        body = {"token": anonymous.token}
        responses = concurrently(*[partial(robin.send, "post", "/api/v1/basket/merge", body) for robin in customers])

        assert sorted(response.status_code for response in responses) == [200, 404]
        assert BasketItem.objects.values_list("quantity", flat=True).get() == 3

    def test_loses_no_item_that_is_added_while_it_is_merged(self, monkeypatch: pytest.MonkeyPatch) -> None:
        anonymous, robin = Shopper(), customer()
        create_variant("MUG")
        create_variant("PAN")
        anonymous.add("MUG")

        class CatalogOfAnotherTab:
            def offers(self, *, skus: list[str]) -> list[Offer]:
                monkeypatch.undo()
                anonymous.add("PAN")
                return catalog.offers(skus=skus)

        catalog = basket_neighbours.catalog
        monkeypatch.setattr(basket_neighbours, "catalog", CatalogOfAnotherTab())
        merged = robin.send("post", "/api/v1/basket/merge", {"token": anonymous.token}).json()

        assert {item["sku"] for item in merged["items"]} == {"MUG", "PAN"}
        assert merged["capped"] == []
