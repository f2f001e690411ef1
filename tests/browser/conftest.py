"""A browser and its shop: Debian's Chromium, driven by Playwright, and a web server on the test's database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.browser.window import page_errors
from tests.server import free_port
from tools.local import webserver

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Return the browser of this machine; none is downloaded."""
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        pytest.skip("There is no Chromium: apt-get install chromium")
    # Playwright runs an event loop in this thread, in which Django forbids queries by default.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    try:
        playwright = sync_playwright().start()
    except (Error, OSError) as error:
        pytest.skip(f"Playwright does not start: {error}")
    try:
        yield playwright.chromium.launch(executable_path=path)
    finally:
        playwright.stop()


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> int:
    """Return a free port for the shop; its environment has its own folders and requires the second factor."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings_server")
    monkeypatch.setenv("EMAIL_FILE_PATH", str(tmp_path / "mail"))
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / "media"))
    monkeypatch.setenv("OPERATOR_SECOND_FACTOR", "true")
    return free_port()


@pytest.fixture
def page(chromium: Browser, port: int) -> Iterator[Page]:
    """Return an empty window; at the end it must have had no errors."""
    address = f"http://{webserver.HOST}:{port}"
    window = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 800}, color_scheme="light")
    page = window.new_page()
    errors = page_errors(page)
    yield page
    assert errors == []
