"""One day of an operator in one session: what the browser shows, and what the shop has stored."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from contexts.catalog.models import Stock, StockMovement
from contexts.ordering.models import Order
from demo_payments.models import Charge
from messaging.models import InboxMessage
from messaging.relay import relay
from tests.admin.operators import PASSWORD, create_operator
from tests.browser.window import (
    expect_texts,
    go_to,
    open_dialog,
    open_row,
    set_up_second_factor,
    sign_in,
    sign_out,
    take_screenshot,
)
from tests.pictures import photo
from tests.server import HttpClient
from tests.shop import Shopper, create_variant
from tests.threads import wait_until_idle
from tools.local import webserver

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("real_commits")]


@dataclass(frozen=True)
class StartOfDay:
    """The orders at the start: two paid ones, and one that a dead message blocks."""

    to_ship: str
    to_refund: str
    blocked: str


@pytest.fixture
def start_of_day(settings: Settings, drain: Callable[[], None]) -> StartOfDay:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # as the server does
    create_operator("Administrator", "kim@example.com")
    create_operator("Order desk", "lou@example.com")
    create_variant("MUG", price="10.00", on_hand=10)
    create_variant("PAN", price="35.00", on_hand=2)
    to_ship, to_refund = _buy("MUG", 2), _buy("PAN", 1)
    drain()
    blocked = _buy("MUG", 1)
    relay("ordering", now=timezone.now())
    reservation = InboxMessage.objects.using("catalog").filter(state="pending")
    reservation.update(state="dead", attempts=8, last_error="OperationalError in execute (utils.py:105)")
    return StartOfDay(to_ship, to_refund, blocked)


def test_an_operators_day(start_of_day: StartOfDay, port: int, page: Page) -> None:
    shop = Shopper()
    shop.client = HttpClient(port)  # type: ignore[assignment]
    with webserver.running(port, workers="1", threads="4"):
        sign_in(page, "kim@example.com", PASSWORD)
        set_up_second_factor(page)
        the_first_page_shows_tiles(page)
        goods_are_received(page, shop)
        a_price_is_changed(page, shop)
        a_picture_is_uploaded(page, shop)
        an_order_is_shipped(page, start_of_day.to_ship)
        an_order_is_refunded(page, start_of_day.to_refund)
        a_message_is_replayed(page, start_of_day.blocked)
        the_log_names_the_operator(page)
        pages_fit_dark_mode_and_a_phone(page, start_of_day.to_ship)
        the_order_desk_cannot_touch_the_catalogue(page, shop)


def the_first_page_shows_tiles(page: Page) -> None:
    expect(page).to_have_title("Today | Markethall")
    for tile in ("To be shipped 2", "Not yet paid 1", "Sold out 0", "Dead catalog inbox messages 1"):
        expect(page.get_by_role("link", name=tile, exact=True)).to_be_visible()
    take_screenshot(page, "03-today")


def goods_are_received(page: Page, shop: Shopper) -> None:
    go_to(page, "Products")
    take_screenshot(page, "04-products")
    open_row(page, "Pan")
    dialog = open_dialog(page, "Change stock")
    dialog.get_by_label("Pieces").fill("12")
    dialog.get_by_label("Reason").select_option("Goods received")
    dialog.get_by_label("Note").fill("Delivery 4711")
    take_screenshot(page, "05-change-stock")
    dialog.get_by_role("button", name="Change").click()
    expect_texts(page, "The stock of PAN was changed.", "13 available")

    page.get_by_role("link", name="13 available").click()
    expect(page.get_by_role("row", name="+12 Goods received Delivery 4711 kim@example.com")).to_be_visible()
    take_screenshot(page, "06-ledger")
    assert StockMovement.objects.filter(stock="PAN", delta=12, note="Delivery 4711").count() == 1
    assert _product(shop, "pan")["variants"][0]["available"] == 13


def a_price_is_changed(page: Page, shop: Shopper) -> None:
    go_to(page, "Products")
    open_row(page, "Mug")
    page.locator("[name=variants-0-price]").fill("11.50")
    page.get_by_role("button", name="Save and continue editing").click()
    expect_texts(page, "was changed successfully")
    take_screenshot(page, "07-product")
    assert _product(shop, "mug")["variants"][0]["price"]["amount"] == "11.50"

    page.get_by_role("link", name="History", exact=True).click()
    expect_texts(page, "Price 10.00 → 11.50")
    take_screenshot(page, "08-history")


def a_picture_is_uploaded(page: Page, shop: Shopper) -> None:
    go_to(page, "Products")
    open_row(page, "Mug")
    page.get_by_text("Add another picture").click()
    file: Any = {"name": "mug.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(640, 480))}
    page.locator("[name=pictures-0-upload]").set_input_files(file)
    page.locator("[name=pictures-0-alt]").fill("A red mug")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_role("img", name="A red mug")).to_be_visible()
    page.get_by_role("img", name="A red mug").scroll_into_view_if_needed()
    take_screenshot(page, "09-picture")

    (picture,) = _product(shop, "mug")["pictures"]
    assert picture["alt"] == "A red mug"
    assert shop.get(picture["url"]).body[8:12] == b"WEBP"


def an_order_is_shipped(page: Page, number: str) -> None:
    go_to(page, "Orders")
    take_screenshot(page, "10-orders")
    open_row(page, number)
    dialog = open_dialog(page, "Ship")
    dialog.get_by_label("Tracking").fill("3S-TEST-0001")
    take_screenshot(page, "11-ship")
    page.keyboard.press("Enter")
    expect_texts(page, "Shipped, tracking 3S-TEST-0001.")
    take_screenshot(page, "12-shipped")
    assert _order(number) == ("shipped", "3S-TEST-0001")


def an_order_is_refunded(page: Page, number: str) -> None:
    go_to(page, "Orders")
    open_row(page, number)
    dialog = open_dialog(page, "Refund")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Refund", exact=True)).to_be_focused()

    dialog = open_dialog(page, "Refund")
    dialog.get_by_label("The goods are back on the shelf").check()
    take_screenshot(page, "13-refund")
    dialog.get_by_role("button", name="Yes, refund the order").click()
    expect_texts(page, "Refund requested; the goods are back in stock.")
    wait_until_idle()
    page.reload()
    expect_texts(page, "Refunded")
    take_screenshot(page, "14-refunded")
    assert Charge.objects.get(amount=Decimal("35.00")).status == "refunded"
    assert Stock.objects.get(pk="PAN").available == 14


def a_message_is_replayed(page: Page, blocked: str) -> None:
    go_to(page, "Today")
    page.get_by_role("link", name="Dead catalog inbox messages 1").click()
    take_screenshot(page, "15-dead")
    open_row(page, "reserve_stock")
    dialog = open_dialog(page, "Replay")
    take_screenshot(page, "16-replay")
    dialog.get_by_role("button", name="Replay").click()
    expect_texts(page, "Replayed.")
    wait_until_idle()
    page.reload()
    expect(page.get_by_role("link", name="Replay", exact=True)).to_have_count(0)
    take_screenshot(page, "17-handled")
    assert not InboxMessage.objects.using("catalog").exclude(state="handled").exists()
    assert _order(blocked) == ("confirmed", "")


def the_log_names_the_operator(page: Page) -> None:
    go_to(page, "Who changed what")
    expect_texts(page, "Stock of PAN: +12", "Price 10.00 → 11.50", "Shipped, tracking 3S-TEST-0001.", "Replayed")
    take_screenshot(page, "18-log")
    assert {entry.user.email for entry in LogEntry.objects.all()} == {"kim@example.com"}


def pages_fit_dark_mode_and_a_phone(page: Page, number: str) -> None:
    page.emulate_media(color_scheme="dark")
    go_to(page, "Orders")
    open_row(page, number)
    take_screenshot(page, "19-dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    take_screenshot(page, "20-phone")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    page.set_viewport_size({"width": 1280, "height": 800})


def the_order_desk_cannot_touch_the_catalogue(page: Page, shop: Shopper) -> None:
    sign_out(page, "kim@example.com")
    sign_in(page, "lou@example.com", PASSWORD)
    set_up_second_factor(page)
    expect(page.get_by_role("link", name="To be shipped 1")).to_be_visible()
    expect(page.get_by_role("link", name="Products", exact=True)).to_have_count(0)
    take_screenshot(page, "21-order-desk")
    go_to(page, "Stock")
    open_row(page, "MUG")
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    take_screenshot(page, "22-stock-to-be-read")
    assert page.request.get("/admin/catalog/product/").status == 403
    assert _product(shop, "mug")["variants"][0]["price"]["amount"] == "11.50"


def _buy(sku: str, quantity: int) -> str:
    shopper = Shopper()
    shopper.add(sku, quantity)
    return str(shopper.order().json()["number"])


def _product(shop: Shopper, slug: str) -> Any:
    return shop.get(f"/api/v1/catalog/products/{slug}").json()


def _order(number: str) -> tuple[str, str]:
    order = Order.objects.get(number=number)
    return order.status, order.tracking
