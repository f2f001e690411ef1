"""What an operator does in a browser window (sign-in, menu, dialogs), and the errors of a window."""

import os
import time
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.admin.operators import totp_at

SCREENSHOTS = Path(os.environ.get("SCREENSHOTS_DIR", Path(__file__).resolve().parents[2] / ".local/screenshots"))
NO_ANIMATION_RUNS = "document.getAnimations().every(animation => animation.playState !== 'running')"


def page_errors(page: Page) -> list[str]:
    """Return a list to which the window's script errors and its failed requests will be added."""
    errors: list[str] = []

    def record(is_error: bool, what: str) -> None:
        if is_error:
            errors.append(what)

    page.on("pageerror", lambda error: record(True, f"script: {error}"))
    page.on("console", lambda message: record(message.type in ("error", "warning"), f"console: {message.text}"))
    page.on("requestfailed", lambda request: record(not _is_aborted(request.failure), f"no response: {request.url}"))
    page.on("response", lambda answer: record(answer.status >= 400, f"{answer.status}: {answer.url}"))
    return errors


def take_screenshot(page: Page, name: str) -> None:
    """Save a screenshot for people to look at, once all animations have ended."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + 5
    # Its content policy does not let the page itself wait for a condition.
    while not page.evaluate(NO_ANIMATION_RUNS) and time.monotonic() < end:
        page.wait_for_timeout(100)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/admin/")
    page.locator("[name=username]").fill(email)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Log in").click()


def set_up_second_factor(page: Page) -> None:
    """Complete the second step of the first sign-in, with screenshots."""
    secret = page.locator("p.font-mono").inner_text().replace(" ", "")
    take_screenshot(page, "01-second-factor")
    page.get_by_label("Code").fill(totp_at(timezone.now(), secret))
    page.get_by_role("button", name="Set up").click()
    take_screenshot(page, "02-recovery-codes")
    page.get_by_role("link", name="I have stored them").click()


def sign_out(page: Page, email: str) -> None:
    page.get_by_role("button", name=email).press("Enter")
    page.get_by_role("button", name="Log out").click()


def go_to(page: Page, title: str) -> None:
    """Follow a link of the menu."""
    page.get_by_role("navigation").get_by_role("link", name=title, exact=True).click()
    expect(page).to_have_title(f"{title} | Markethall")


def open_row(page: Page, text: str) -> None:
    """Follow the link in a row of a list."""
    page.get_by_role("link", name=text).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def open_dialog(page: Page, action: str) -> Locator:
    """Open an action's dialog by keyboard, check that the dialog keeps the focus, and return it."""
    page.get_by_role("link", name=action, exact=True).press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("form :focus")).to_have_count(1)
    dialog.get_by_role("button").last.press("Tab")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Tab")
    return dialog


def expect_texts(page: Page, *texts: str) -> None:
    for text in texts:
        expect(page.get_by_text(text).first).to_be_visible()


def _is_aborted(failure: str | None) -> bool:
    """Return whether a request failed because its page was left meanwhile."""
    return failure == "net::ERR_ABORTED"
