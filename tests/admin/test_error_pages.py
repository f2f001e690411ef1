"""Errors below /admin/ are shown as pages that say what to do, and not as problem documents."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from contexts.catalog.admin.products import ProductAdmin
from tests.admin.operators import operator_client

pytestmark = pytest.mark.django_db(databases="__all__")

LIST = "/admin/catalog/product/"
HTML = "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (RuntimeError("the password is hunter2"), 500, "Something went wrong on our side"),
        (OperationalError("no connection"), 503, "Try again in a moment"),
    ],
)
def test_an_unexpected_error_is_shown_with_the_number_of_the_request(
    error: Exception, status: int, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise error

    browser = operator_client()
    browser.raise_request_exception = False
    monkeypatch.setattr(ProductAdmin, "get_queryset", broken)

    answer = browser.get(LIST)

    page = answer.content.decode()
    assert (answer.status_code, answer["Content-Type"]) == (status, HTML)
    assert message in page
    assert answer["X-Request-Id"] in page
    assert not any(word in page for word in ("hunter2", "RuntimeError", "no connection"))


def test_a_form_that_was_open_for_too_long_says_so() -> None:
    browser = operator_client()
    browser.handler.enforce_csrf_checks = True

    answer = browser.post(f"{LIST}add/", {"name": "Mug"})

    assert (answer.status_code, answer["Content-Type"]) == (403, HTML)
    assert "This form is out of date" in answer.content.decode()


@pytest.mark.parametrize("path", ["/admin/%00", "/admin/catalog/product/add/%00"])
def test_an_invalid_request_is_a_page_too(path: str) -> None:
    answer = Client().get(path)

    assert (answer.status_code, answer["Content-Type"]) == (400, HTML)


def test_the_api_still_returns_problem_documents() -> None:
    answer = Client().get("/api/v1/nothing")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
