"""Pages work under their content policy, and injected scripts do not run."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.admin.operators import PASSWORD, create_operator
from tests.browser.window import set_up_second_factor, sign_in, take_screenshot
from tests.shop import create_variant
from tools.local import webserver

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("real_commits")]

INJECTION = """() => {
    const script = document.createElement("script");
    script.textContent = "window.injected = true";
    document.body.append(script);
    document.body.insertAdjacentHTML("beforeend", "<img src='/static/none' onerror='window.injected = true'>");
    return new Promise(done => setTimeout(() => done(window.injected === true), 300));
}"""


def test_the_documentation_of_the_api_can_be_used(port: int, page: Page) -> None:
    with webserver.running(port, workers="1", threads="4"):
        page.goto("/api/docs/")
        operation = page.locator("#operations-catalog-list_brands")
        operation.get_by_role("button").first.click()
        operation.get_by_role("button", name="Try it out").click()
        operation.get_by_role("button", name="Execute").click()
        expect(operation.locator(".live-responses-table tbody .response-col_status")).to_contain_text("200")
        take_screenshot(page, "api-docs")


def test_no_injected_script_runs(port: int, chromium: object, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    create_operator("Order desk", "lou@example.com")
    create_variant("MUG")
    window = chromium.new_context(base_url=f"http://{webserver.HOST}:{port}")  # type: ignore[attr-defined]
    page = window.new_page()  # its console is expected to complain
    with webserver.running(port, workers="1", threads="4"):
        sign_in(page, "lou@example.com", PASSWORD)
        set_up_second_factor(page)
        expect(page).to_have_title("Today | Markethall")
        for path in ("/admin/", "/api/docs/", "/api/v1/catalog/products"):
            page.goto(path)
            assert page.evaluate(INJECTION) is False, path
