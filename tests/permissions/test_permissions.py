"""
Every endpoint tried as everybody: what comes out is what docs/permissions.md says, and never what must not be.

The file is the expectation. After a change that is meant, `WRITE=1 make permissions` writes it anew, to be read in the
diff.
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
            assert ALLOWED in cells.values(), f"{endpoint.name}: does the value in scenario.py exist?"
        if endpoint.parameters & scenario.owned:
            assert cells["customer"] == ALLOWED, endpoint
            assert {cells["other customer"], cells["anonymous"]} <= {"401", "403", "404"}, endpoint
        for person in cells.keys() - {"customer"}:
            shown = shown_to.get((endpoint, person), "")
            assert not [secret for secret in scenario.private if secret in shown], (
                f"{endpoint.method} {endpoint.name} shows it to {person}"
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
    """Return, for each endpoint and person, what the table says, and what those were shown who were let in."""
    results: Results = {}
    shown = {}
    without_rendering = patch.object(
        SimpleTemplateResponse, "rendered_content", ""
    )  # whether it is shown is found out before
    for endpoint in endpoints:
        results[endpoint] = {}
        for person, browser in scenario.people.items():
            cookies = deepcopy(browser.cookies)
            # Neither is needed everywhere, and both take their time.
            writes = endpoint.method != "get" and (person not in NOT_SIGNED_IN or not is_operators(endpoint))
            renders = (endpoint.method == "get" and person == "administrator") or not is_operators(endpoint)
            with rolled_back() if writes else nullcontext(), nullcontext() if renders else without_rendering:
                answer = send(browser, endpoint)
            browser.cookies = cookies
            assert answer.status_code < 500, f"{answer.status_code} for {person} at {endpoint}"
            results[endpoint][person] = cell(endpoint, answer)
            if results[endpoint][person] == ALLOWED and not answer.streaming:
                shown[endpoint, person] = answer.content.decode(errors="replace")
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


def cell(endpoint: Endpoint, answer: Any) -> str:
    """Say in a sign whether somebody was let in; whatever is wrong with the request itself is another matter."""
    if answer.status_code in (401, 403, 404, 405):
        return str(answer.status_code)
    if answer.status_code == 302 and answer.url.startswith(SIGN_IN):
        return SIGN_IN_PAGE
    is_action = is_operators(endpoint) and endpoint.body  # it leads back to its list
    return REDIRECTED if answer.status_code in (301, 302) and not is_action else ALLOWED


def assert_as_documented(part: str, results: Results) -> None:
    now = table.render(results)
    if os.environ.get("WRITE"):
        table.write_section(part, now)
    assert table.read_section(part) == now, (
        "docs/permissions.md says otherwise: `WRITE=1 make permissions`, and read the diff"
    )
