"""Shipping, delivering and refunding at the order desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from contexts.catalog.models import Stock
from contexts.ordering.models import Order
from contexts.ordering.use_cases.deliver_order import deliver_order
from contexts.ordering.use_cases.ship_order import ship_order
from messaging.models import OutboxMessage
from tests.admin.operators import operator_client, shown_messages
from tests.shop import Shopper, create_variant

pytestmark = pytest.mark.django_db(databases="__all__")

ORDERS = "/admin/ordering/order/"
ACTIONS = ("ship_this", "deliver_this", "refund_this", "cancel_this")


@pytest.fixture
def order(drain: Any) -> Order:
    """A confirmed order of two of five mugs."""
    create_variant("MUG", on_hand=5)
    shopper = Shopper()
    shopper.add("MUG", 2)
    shopper.order()
    drain()
    return Order.objects.get()


def page_of(order: Order) -> str:
    return f"{ORDERS}{order.pk}/change/"


def run_action(browser: Client, order: Order, action: str, **form: str) -> Any:
    """Run an action for the order, and confirm its dialog."""
    return browser.post(f"{ORDERS}{order.pk}/{action}/", {"_form_submitted": "on"} | form)


def run_list_action(browser: Client, action: str) -> Any:
    """Run a list action for all orders."""
    chosen = list(Order.objects.values_list("pk", flat=True))
    return browser.post(ORDERS, {"action": action, "_selected_action": chosen}, follow=True)


def offered_actions(browser: Client, order: Order) -> set[str]:
    """Return the actions that the page of the order offers."""
    shown = browser.get(page_of(order)).content.decode()
    return {action for action in ACTIONS if f"{ORDERS}{order.pk}/{action}/" in shown}


def log_messages() -> list[str]:
    return [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]


class TestShipping:
    def test_records_the_tracking_and_is_logged(self, order: Order) -> None:
        browser = operator_client("Order desk")

        answer = run_action(browser, order, "ship_this", tracking="3S 12345")

        order.refresh_from_db()
        assert answer.headers["HX-Redirect"] == page_of(order)
        assert (order.status, order.tracking) == ("shipped", "3S 12345")
        assert log_messages() == ["Shipped, tracking 3S 12345."]
        assert "Shipped, tracking 3S 12345" in browser.get(page_of(order)).content.decode()

    def test_refuses_a_tracking_that_is_too_long(self, order: Order) -> None:
        refused = run_action(operator_client("Order desk"), order, "ship_this", tracking="x" * 101)

        order.refresh_from_db()
        assert "at most 100 characters" in refused.content.decode()
        assert (order.status, log_messages()) == ("confirmed", [])

    def test_of_several_orders_ships_those_that_can_be_shipped(self, order: Order) -> None:
        shopper = Shopper()
        shopper.add("MUG")
        number = shopper.order().json()["number"]  # placed, and not yet paid

        shown = run_list_action(operator_client("Order desk"), "ship_selected")

        assert shown_messages(shown) == ["1 shipped.", f"1 refused: {number} is placed, and so cannot become shipped."]
        order.refresh_from_db()
        assert (order.status, order.tracking, log_messages()) == ("shipped", "", ["Shipped."])
        run_list_action(operator_client("Order desk", email="lou@example.com"), "deliver_selected")
        order.refresh_from_db()
        assert order.status == "delivered"


class TestRefunding:
    @pytest.mark.parametrize(("form", "on_hand"), [({"restock": "on"}, 5), ({}, 3)], ids=["with goods", "without"])
    def test_returns_the_money_and_the_goods_if_they_are_there(
        self, order: Order, drain: Any, form: dict[str, str], on_hand: int
    ) -> None:
        browser = operator_client("Order desk")

        run_action(browser, order, "refund_this", **form)
        asked = browser.get(page_of(order)).content.decode()
        drain()

        shown = browser.get(page_of(order)).content.decode()
        order.refresh_from_db()
        assert (order.status, order.payment.state, Stock.objects.get().on_hand) == ("cancelled", "refunded", on_hand)
        assert "Refund requested from the payment provider" in asked
        assert "Refunded</div>" not in asked
        assert "Refunded</div>" in shown
        assert log_messages()[0].startswith("Refund requested")

    def test_asks_for_confirmation_first(self, order: Order) -> None:
        asked = operator_client("Order desk").get(f"{ORDERS}{order.pk}/refund_this/").content.decode()

        order.refresh_from_db()
        assert "The goods are back on the shelf" in asked
        assert order.status == "confirmed"


class TestAnAction:
    @pytest.mark.parametrize(
        ("before", "possible"),
        [
            (0, {"ship_this", "refund_this"}),
            (1, {"deliver_this", "refund_this"}),
            (2, {"refund_this"}),
        ],
        ids=["confirmed", "shipped", "delivered"],
    )
    def test_is_offered_only_if_the_order_allows_it(self, order: Order, before: int, possible: set[str]) -> None:
        done: list[Callable[..., None]] = [ship_order, deliver_order][:before]
        for action in done:
            action(order_id=order.pk, now=timezone.now())

        browser = operator_client("Order desk")
        assert offered_actions(browser, order) == possible
        run_action(browser, order, "refund_this")
        assert offered_actions(browser, order) == set()

    def test_that_another_operator_has_run_is_refused_with_the_reason(self, order: Order) -> None:
        browser = operator_client("Order desk")
        run_action(browser, order, "refund_this")

        for action in ("refund_this", "ship_this"):
            run_action(browser, order, action)

        assert shown_messages(browser.get(page_of(order)))[-2:] == [
            f"{order.number} is cancelled, and so cannot be refunded.",
            f"{order.number} is cancelled, and so cannot become shipped.",
        ]
        assert len(log_messages()) == 1
        assert OutboxMessage.objects.using("ordering").filter(type="ordering.refund_payment.v1").count() == 1

    @pytest.mark.parametrize("action", ACTIONS)
    def test_is_not_for_a_catalogue_editor(self, order: Order, action: str) -> None:
        if action == "deliver_this":
            ship_order(order_id=order.pk, now=timezone.now())
        before = Order.objects.get().status
        browser = operator_client("Catalogue editor")

        assert run_action(browser, order, action).status_code == 403
        assert run_list_action(browser, action.replace("this", "selected")).status_code == 403
        assert Order.objects.get().status == before

    def test_on_a_missing_order_is_answered_with_a_page(self) -> None:
        browser = operator_client("Order desk")

        for nonsense in ("11111111-1111-4111-8111-111111111111", "nonsense"):
            answer = browser.post(f"{ORDERS}{nonsense}/ship_this/", {"_form_submitted": "on"})
            assert answer.status_code == 404


class TestTheQueue:
    def test_is_on_the_first_page_and_links_to_its_orders(self, order: Order) -> None:
        browser = operator_client("Order desk")
        tiles = {tile["title"]: tile for tile in browser.get("/admin/").context["tiles"]}

        queue = browser.get(tiles["To be shipped"]["link"])
        run_action(browser, order, "ship_this")

        assert tiles["To be shipped"]["count"] == queue.context["cl"].result_count == 1
        assert "Refunds not yet answered" not in tiles
        assert browser.get(tiles["To be shipped"]["link"]).context["cl"].result_count == 0

    def test_shows_the_oldest_first(self, order: Order) -> None:
        older = Order.objects.get()
        older.pk, older.number, older.basket_version = uuid4(), "MH-00000-00000", 99
        older.placed_at = order.placed_at - timedelta(days=1)
        older.save(force_insert=True)
        browser = operator_client("Order desk")
        tiles = {tile["title"]: tile for tile in browser.get("/admin/").context["tiles"]}

        shown = browser.get(tiles["To be shipped"]["link"]).context["cl"].result_list

        assert [each.number for each in shown] == ["MH-00000-00000", order.number]

    def test_shows_an_alarm_for_refunds_without_an_answer(self, order: Order, drain: Any) -> None:
        browser = operator_client("Order desk")
        run_action(browser, order, "refund_this")

        tiles = {tile["title"]: tile for tile in browser.get("/admin/").context["tiles"]}
        waiting = tiles["Refunds not yet answered"]
        count = browser.get(waiting["link"]).context["cl"].result_count
        drain()

        assert (waiting["count"], waiting["alarming"], count) == (1, True, 1)
        assert browser.get(waiting["link"]).context["cl"].result_count == 0
