"""A browser and a shop for it: Debian's Chromium, driven by Playwright, before a web server on the test's database."""

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
    """The browser of this machine; none is ever downloaded."""
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        pytest.skip("There is no Chromium: apt-get install chromium")
    # Playwright keeps an event loop in this thread, for which Django takes our queries to be a mistake.
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
    """Where the shop will be opened, with its own folders, and with what production asks of operators."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings_server")
    monkeypatch.setenv("EMAIL_FILE_PATH", str(tmp_path / "mail"))
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / "media"))
    monkeypatch.setenv("OPERATOR_SECOND_FACTOR", "true")
    return free_port()


@pytest.fixture
def page(chromium: Browser, port: int) -> Iterator[Page]:
    """An empty window; at the end nothing may have gone wrong in it."""
    address = f"http://{webserver.HOST}:{port}"
    window = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 800}, color_scheme="light")
    page = window.new_page()
    errors = page_errors(page)
    yield page
    assert errors == []
