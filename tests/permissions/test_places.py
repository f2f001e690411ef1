"""
Every endpoint tried with what signs a person in elsewhere: a session or a token counts in its own place alone.

What is presented is a half-way operator's session, a full operator's, a half-way customer's, and a customer's session
and access token; each as the cookie of a session, as `X-Session-Token`, and as `Authorization: Bearer`. In the wrong
place, and half-way, it must open what is open to anybody, and nothing else. Endpoints are found by themselves.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from itertools import product
from typing import Any
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as configured
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.template.response import SimpleTemplateResponse
from django.test import Client
from pytest_django import Settings

from contexts.identity.models import User
from contexts.identity.use_cases.set_up_second_factor import set_up_second_factor
from tests.admin.desk import SECRET, code_at, operator, sign_in
from tests.permissions.endpoints import Endpoint, of_the_operators, of_the_shop
from tests.permissions.test_permissions import LET_IN, cell, is_operators
from tests.permissions.world import BUYER, World, made, take_all_steps, undone
from tests.shop import NOW

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.slow]

HALF_WAY, OPERATOR = "a half-way operator's session", "an operator's session"
HALF_WAY_CUSTOMER, CUSTOMER, TOKEN = "a half-way customer's session", "a customer's session", "an access token"
COOKIE, SESSION_TOKEN, BEARER = "cookie", "X-Session-Token", "Bearer"
OWN_PLACES = {(OPERATOR, COOKIE): True, (CUSTOMER, SESSION_TOKEN): False, (TOKEN, BEARER): False}
"""Where each signs a person in, and whether that is at the operators' pages."""
OF_THE_SECOND_STEP = ("identity/user/second-factor/", "/app/v1/auth/2fa/authenticate")
"""Ends of the addresses at which one who is half-way goes on."""
SESSION_IS_OVER = 410  # what allauth answers to a key that names no session
PASSWORD = "a-basket-of-apples"
API = "/api/v1/identity/app/v1"


@pytest.fixture
def world(drain: Callable[[], None], settings: Settings) -> World:
    settings.OPERATOR_SECOND_FACTOR = True
    return made(drain)


@pytest.fixture
def presented(world: World) -> dict[str, str]:
    """Return what is presented, by what it is."""
    half_way, full = Client(), Client()
    sign_in(half_way, operator("Administrator", "half.way@example.com").email)
    take_all_steps(full, operator("Administrator", "full@example.com"))
    buyer = User.objects.get(email=BUYER)
    with_an_app = User.objects.create_user("app@example.com", PASSWORD)
    EmailAddress.objects.create(user=with_an_app, email=with_an_app.email, verified=True, primary=True)
    set_up_second_factor(user_id=with_an_app.pk, secret=SECRET, code=code_at(NOW), now=NOW)
    body = {"email": with_an_app.email, "password": PASSWORD}
    began = Client().post(f"{API}/auth/login", body, "application/json").json()
    sessions = {
        each.session_key for each in Session.objects.all() if each.get_decoded().get(SESSION_KEY) == str(buyer.pk)
    }
    return {
        HALF_WAY: str(half_way.session.session_key),
        OPERATOR: str(full.session.session_key),
        HALF_WAY_CUSTOMER: began["meta"]["session_token"],
        CUSTOMER: sessions.pop(),
        TOKEN: world.people["customer"].defaults["HTTP_AUTHORIZATION"].removeprefix("Bearer "),
    }


def test_what_signs_in_elsewhere_opens_nothing_of_the_shop(world: World, presented: dict[str, str]) -> None:
    assert opened(of_the_shop(world.known, world.bodies), world, presented) == []


def test_what_signs_in_elsewhere_opens_none_of_the_operators_pages(world: World, presented: dict[str, str]) -> None:
    assert opened(of_the_operators(world.examples), world, presented) == []


def test_each_signs_in_where_it_was_made(world: World, presented: dict[str, str]) -> None:
    mine = {(OPERATOR, COOKIE): "/admin/", (CUSTOMER, SESSION_TOKEN): f"{API}/auth/session"}
    mine[TOKEN, BEARER] = "/api/v1/identity/me"

    for (what, place), address in mine.items():
        assert Client().get(address, **sent_as(place, presented[what])).status_code == 200, what


def opened(endpoints: Iterable[Endpoint], world: World, presented: dict[str, str]) -> list[str]:
    """Return what opened more than it opens to anybody, in words."""
    browser, found = Client(raise_request_exception=False), []
    with patch.object(SimpleTemplateResponse, "rendered_content", ""):
        for endpoint in endpoints:
            anybody = cell(endpoint, ask(browser, endpoint, {}))
            for what, place in out_of_place(endpoint):
                answer = ask(browser, endpoint, sent_as(place, presented[what]))
                lets_in = cell(endpoint, answer) == LET_IN and answer.status_code != SESSION_IS_OVER
                if lets_in and (anybody != LET_IN or shows_private(answer, world)):
                    found.append(f"{what} as {place}: {endpoint.method} {endpoint.address}: {answer.status_code}")
    return found


def shows_private(answer: Any, world: World) -> bool:
    body = "" if answer.streaming else answer.content.decode(errors="replace")
    return any(secret in body for secret in world.private)


def out_of_place(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    """Yield what must not count at this endpoint, and how it is presented."""
    for what, place in product(
        (HALF_WAY, OPERATOR, HALF_WAY_CUSTOMER, CUSTOMER, TOKEN), (COOKIE, SESSION_TOKEN, BEARER)
    ):
        goes_on = what in (HALF_WAY, HALF_WAY_CUSTOMER) and endpoint.address.endswith(OF_THE_SECOND_STEP)
        if OWN_PLACES.get((what, place)) != is_operators(endpoint) and not goes_on:
            yield what, place


def sent_as(place: str, value: str) -> dict[str, Any]:
    """Return what Django's test client sends besides, as it has it in a request's environment."""
    names = {COOKIE: "HTTP_COOKIE", SESSION_TOKEN: "HTTP_X_SESSION_TOKEN", BEARER: "HTTP_AUTHORIZATION"}
    values = {COOKIE: f"{configured.SESSION_COOKIE_NAME}={value}", SESSION_TOKEN: value, BEARER: f"Bearer {value}"}
    return {names[place]: values[place]}


def ask(browser: Client, endpoint: Endpoint, sent: dict[str, Any]) -> Any:
    browser.cookies.clear()
    if endpoint.method == "get":
        return browser.get(endpoint.address, **sent)
    call = getattr(browser, endpoint.method)
    with nullcontext() if is_operators(endpoint) else undone():
        if is_operators(endpoint):
            return call(endpoint.address, endpoint.body, **sent)
        return call(endpoint.address, endpoint.body, "application/json", HTTP_IDEMPOTENCY_KEY="one", **sent)
