"""No page runs an inline script or loads anything from another host; `tests/browser` opens pages with this policy."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from tests.admin.operators import operator_client

pytestmark = pytest.mark.django_db(databases="__all__")

PAGES = (
    "/admin/",
    "/admin/login/",
    "/admin/catalog/product/",
    "/admin/nothing/",
    "/api/docs/",
    "/api/v1/catalog/brands",
)


def directives(response: object) -> dict[str, set[str]]:
    header = response["Content-Security-Policy"]  # type: ignore[index]
    return {name: set(sources) for name, *sources in (part.split() for part in header.split("; "))}


@pytest.mark.parametrize("path", [*PAGES, "/nothing/here", "/livez", "/static/unfold/js/app.js"])
def test_every_response_has_a_policy_that_forbids_inline_scripts(path: str) -> None:
    for browser in (Client(), operator_client()):
        policy = directives(browser.get(path))

        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == {"'none'"}
        assert policy.get("script-src", set()) <= {"'self'", "'unsafe-eval'"}
        assert all(
            source in {"'self'", "'none'", "data:", "blob:", "'unsafe-inline'", "'unsafe-eval'"}
            for sources in policy.values()
            for source in sources
        )
    assert ("'unsafe-eval'" in policy.get("script-src", ())) == path.startswith("/admin/")


def test_the_pages_have_no_inline_script() -> None:
    for path in ("/admin/", "/admin/catalog/product/add/", "/admin/login/", "/api/docs/"):
        page = operator_client(email=f"{len(path)}@example.com").get(path).content.decode()

        scripts = re.findall(r"<script\b([^>]*)>\s*[^<\s]", page)
        assert [script for script in scripts if "application/json" not in script] == [], path
        assert re.findall(r"<[^>]*\son\w+\s*=", page) == [], path


def test_in_production_browsers_may_only_use_https(settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000

    for path in (*PAGES, "/livez", "/static/unfold/js/app.js"):
        response = Client().get(path, secure=True)

        assert response["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload", path
