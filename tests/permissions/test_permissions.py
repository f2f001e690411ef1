"""
Every endpoint as each kind of person: the results are those of docs/permissions.md, and private data stays private.

The file is the expectation. After an intended change, `WRITE=1 make permissions` rewrites it; review the diff.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from copy import deepcopy
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as configured
from django.template.response import SimpleTemplateResponse
from pytest_django import Settings

from tests.permissions import table
from tests.permissions.endpoints import Endpoint, operator_endpoints, shop_endpoints
from tests.permissions.scenario import SECOND_FACTOR_PENDING, Scenario, build_scenario, rolled_back
from tests.permissions.table import Results

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.slow]

ALLOWED, REDIRECTED, SIGN_IN_PAGE = "✓", "→", "sign-in"
SIGN_IN = f"{configured.OPERATORS_PATH}login/"
NOT_SIGNED_IN = {"anonymous", "customer", "other customer", SECOND_FACTOR_PENDING}
WITHOUT_SIGN_IN = {"login/", "logout/"}


@pytest.fixture
def scenario(drain: Callable[[], None], settings: Settings) -> Scenario:
    settings.OPERATOR_SECOND_FACTOR = True
    return build_scenario(drain)


def test_the_shop_is_open_as_documented(scenario: Scenario) -> None:
    results, shown_to = try_all(shop_endpoints(scenario.known, scenario.bodies), scenario)

    for endpoint, cells in results.items():
        if endpoint.parameters:
            assert ALLOWED in cells.values(), f"{endpoint.name}: nobody is let in; is its value in scenario.py right?"
        if endpoint.parameters & scenario.owned:
            assert cells["customer"] == ALLOWED, endpoint
            assert {cells["other customer"], cells["anonymous"]} <= {"401", "403", "404"}, endpoint
        for person in cells.keys() - {"customer"}:
            shown = shown_to.get((endpoint, person), "")
            assert not [secret for secret in scenario.private if secret in shown], (
                f"{endpoint.method} {endpoint.name} shows private data to {person}"
            )
    assert_as_documented("The shop", results)


def test_the_operators_pages_are_open_as_documented(scenario: Scenario) -> None:
    results, _ = try_all(operator_endpoints(scenario.examples), scenario)

    for endpoint, cells in results.items():
        if endpoint.name not in WITHOUT_SIGN_IN and "second-factor" not in endpoint.name:
            assert cells["administrator"] != SIGN_IN_PAGE, endpoint
            assert {cells[person] for person in NOT_SIGNED_IN} == {SIGN_IN_PAGE}, endpoint
    assert_as_documented("The operators' pages", results)


def try_all(endpoints: Iterable[Endpoint], scenario: Scenario) -> tuple[Results, dict[tuple[Endpoint, str], str]]:
    """Return the cell of the table for each endpoint and person, and the content that was shown to each."""
    results: Results = {}
    shown = {}
    # Access is decided before a page is rendered.
    without_rendering = patch.object(SimpleTemplateResponse, "rendered_content", "")
    for endpoint in endpoints:
        results[endpoint] = {}
        for person, browser in scenario.people.items():
            cookies = deepcopy(browser.cookies)
            # Both take time, and are not needed everywhere.
            writes = endpoint.method != "get" and (person not in NOT_SIGNED_IN or not is_operators(endpoint))
            renders = (endpoint.method == "get" and person == "administrator") or not is_operators(endpoint)
            with rolled_back() if writes else nullcontext(), nullcontext() if renders else without_rendering:
                response = send(browser, endpoint)
            browser.cookies = cookies
            assert response.status_code < 500, f"{response.status_code} for {person} at {endpoint}"
            results[endpoint][person] = cell(endpoint, response)
            if results[endpoint][person] == ALLOWED and not response.streaming:
                shown[endpoint, person] = response.content.decode(errors="replace")
    return results, shown


def send(browser: Any, endpoint: Endpoint) -> Any:
    if is_operators(endpoint):
        return getattr(browser, endpoint.method)(endpoint.address, endpoint.body)
    if endpoint.method == "get":
        return browser.get(endpoint.address)
    headers = {"Idempotency-Key": "one"}
    return getattr(browser, endpoint.method)(
        endpoint.address, endpoint.body, content_type="application/json", headers=headers
    )


def is_operators(endpoint: Endpoint) -> bool:
    return endpoint.address.startswith(configured.OPERATORS_PATH)


def cell(endpoint: Endpoint, response: Any) -> str:
    """Return the cell of the table for a response; a request that is only invalid counts as allowed."""
    if response.status_code in (401, 403, 404, 405):
        return str(response.status_code)
    if response.status_code == 302 and response.url.startswith(SIGN_IN):
        return SIGN_IN_PAGE
    is_action = is_operators(endpoint) and endpoint.body  # it redirects to its list
    return REDIRECTED if response.status_code in (301, 302) and not is_action else ALLOWED


def assert_as_documented(part: str, results: Results) -> None:
    text = table.render(results)
    if os.environ.get("WRITE"):
        table.write_section(part, text)
    assert table.read_section(part) == text, (
        "docs/permissions.md differs: run `WRITE=1 make permissions`, and review the diff"
    )
