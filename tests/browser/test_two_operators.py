"""Two operators have one product open: what the second to save sees, in a real browser."""

from decimal import Decimal

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from playwright.sync_api import Page, expect
from pytest_django import Settings

from contexts.catalog.models import Product, Variant
from tests.admin.operators import PASSWORD, create_operator
from tests.browser.window import set_up_second_factor, sign_in, take_screenshot
from tests.shop import create_variant
from tools.local import webserver

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("real_commits")]


def test_the_second_save_shows_what_the_first_has_changed(port: int, page: Page, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # as the server does
    product = create_variant("MUG", price="10.00").product
    create_operator("Catalogue editor", "kim@example.com")
    with webserver.running(port, workers="1", threads="4"):
        sign_in(page, "kim@example.com", PASSWORD)
        set_up_second_factor(page)
        expect(page).to_have_title("Today | Markethall")
        page.goto(f"/admin/catalog/product/{product.pk}/change/")
        _lou_lowers_the_price(product)

        page.fill("[name=description]", "Enamelled")
        page.click("[name=_continue]")

        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("This has changed since you opened it, saved by lou@example.com at")
        expect(alert).to_contain_text("Price, EUR of variant “MUG”: “7.00”, was “10.00”.")
        expect(page.locator("[name=description]")).to_have_value("Enamelled")
        expect(page.locator("[name=variants-0-price]")).to_have_value("7.00")
        take_screenshot(page, "changed-meanwhile")
        page.click("[name=_continue]")
        expect(alert).to_have_count(0)

    row = Product.objects.get()
    assert (row.description, row.on_sale, Variant.objects.get().price) == ("Enamelled", False, Decimal("7.00"))


def _lou_lowers_the_price(product: Product) -> None:
    lou = create_operator("Catalogue editor", "lou@example.com")
    Product.objects.update(on_sale=False)
    Variant.objects.update(price=7)
    LogEntry.objects.create(
        user=lou, content_type=ContentType.objects.get_for_model(Product), object_id=str(product.pk), action_flag=CHANGE
    )
