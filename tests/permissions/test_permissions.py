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
from tests.permissions.endpoints import Endpoint, of_the_operators, of_the_shop
from tests.permissions.table import Found
from tests.permissions.world import HALF_WAY, World, made, undone

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.slow]

LET_IN, ELSEWHERE, SIGN_IN_PAGE = "✓", "→", "sign-in"
SIGN_IN = f"{configured.OPERATORS_PATH}login/"
OUTSIDE = {"anonymous", "customer", "other customer", HALF_WAY}
WITHOUT_SIGN_IN = {"login/", "logout/"}


@pytest.fixture
def world(drain: Callable[[], None], settings: Settings) -> World:
    settings.OPERATOR_SECOND_FACTOR = True
    return made(drain)


def test_the_shop_is_open_as_it_is_written(world: World) -> None:
    found, shown_to = tried(of_the_shop(world.known, world.bodies), world)

    for endpoint, cells in found.items():
        if endpoint.parameters:
            assert LET_IN in cells.values(), f"{endpoint.name}: does the value in world.py exist?"
        if endpoint.parameters & world.owned:
            assert cells["customer"] == LET_IN, endpoint
            assert {cells["other customer"], cells["anonymous"]} <= {"401", "403", "404"}, endpoint
        for person in cells.keys() - {"customer"}:
            shown = shown_to.get((endpoint, person), "")
            assert not [secret for secret in world.private if secret in shown], (
                f"{endpoint.method} {endpoint.name} shows it to {person}"
            )
    assert_as_written("The shop", found)


def test_the_operators_pages_are_open_as_it_is_written(world: World) -> None:
    found, _ = tried(of_the_operators(world.examples), world)

    for endpoint, cells in found.items():
        if endpoint.name not in WITHOUT_SIGN_IN and "second-factor" not in endpoint.name:
            assert cells["administrator"] != SIGN_IN_PAGE, endpoint
            assert {cells[person] for person in OUTSIDE} == {SIGN_IN_PAGE}, endpoint
    assert_as_written("The operators' pages", found)


def tried(endpoints: Iterable[Endpoint], world: World) -> tuple[Found, dict[tuple[Endpoint, str], str]]:
    """Return, for each endpoint and person, what the table says, and what those were shown who were let in."""
    found: Found = {}
    shown = {}
    undrawn = patch.object(SimpleTemplateResponse, "rendered_content", "")  # whether it is shown is found out before
    for endpoint in endpoints:
        found[endpoint] = {}
        for person, browser in world.people.items():
            cookies = deepcopy(browser.cookies)
            # Neither is needed everywhere, and both take their time.
            writes = endpoint.method != "get" and (person not in OUTSIDE or not is_operators(endpoint))
            draws = (endpoint.method == "get" and person == "administrator") or not is_operators(endpoint)
            with undone() if writes else nullcontext(), nullcontext() if draws else undrawn:
                answer = send(browser, endpoint)
            browser.cookies = cookies
            assert answer.status_code < 500, f"{answer.status_code} for {person} at {endpoint}"
            found[endpoint][person] = cell(endpoint, answer)
            if found[endpoint][person] == LET_IN and not answer.streaming:
                shown[endpoint, person] = answer.content.decode(errors="replace")
    return found, shown


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
    return ELSEWHERE if answer.status_code in (301, 302) and not is_action else LET_IN


def assert_as_written(part: str, found: Found) -> None:
    now = table.written(found)
    if os.environ.get("WRITE"):
        table.keep(part, now)
    assert table.kept(part) == now, "docs/permissions.md says otherwise: `WRITE=1 make permissions`, and read the diff"
