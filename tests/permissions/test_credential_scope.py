"""
Every endpoint tried with what signs a person in elsewhere: a session or a token counts in its own place alone.

What is presented is a half-way operator's session, a full operator's, a half-way customer's, and a customer's session
and access token; each as the cookie of a session, as `X-Session-Token`, and as `Authorization: Bearer`. In the wrong
carrier, and half-way, it must open what is open to anybody, and nothing else. Endpoints are found by themselves.
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
from tests.admin.operators import SECRET, create_operator, sign_in, totp_at
from tests.permissions.endpoints import Endpoint, operator_endpoints, shop_endpoints
from tests.permissions.scenario import BUYER, Scenario, build_scenario, rolled_back, sign_in_with_both_factors
from tests.permissions.test_permissions import ALLOWED, cell, is_operators
from tests.shop import NOW

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.slow]

SECOND_FACTOR_PENDING, OPERATOR = "a half-way operator's session", "an operator's session"
CUSTOMER_SECOND_FACTOR_PENDING, CUSTOMER, TOKEN = (
    "a half-way customer's session",
    "a customer's session",
    "an access token",
)
COOKIE, SESSION_TOKEN, BEARER = "cookie", "X-Session-Token", "Bearer"
VALID_CARRIERS = {(OPERATOR, COOKIE): True, (CUSTOMER, SESSION_TOKEN): False, (TOKEN, BEARER): False}
"""Where each signs a person in, and whether that is at the operators' pages."""
SECOND_FACTOR_PATHS = ("identity/user/second-factor/", "/app/v1/auth/2fa/authenticate")
"""Ends of the addresses at which one who is half-way goes on."""
SESSION_IS_OVER = 410  # what allauth answers to a key that names no session
PASSWORD = "a-basket-of-apples"
API = "/api/v1/identity/app/v1"


@pytest.fixture
def scenario(drain: Callable[[], None], settings: Settings) -> Scenario:
    settings.OPERATOR_SECOND_FACTOR = True
    return build_scenario(drain)


@pytest.fixture
def credentials(scenario: Scenario) -> dict[str, str]:
    """Return what is presented, by what it is."""
    pending_operator, full = Client(), Client()
    sign_in(pending_operator, create_operator("Administrator", "half.way@example.com").email)
    sign_in_with_both_factors(full, create_operator("Administrator", "full@example.com"))
    buyer = User.objects.get(email=BUYER)
    totp_user = User.objects.create_user("app@example.com", PASSWORD)
    EmailAddress.objects.create(user=totp_user, email=totp_user.email, verified=True, primary=True)
    set_up_second_factor(user_id=totp_user.pk, secret=SECRET, code=totp_at(NOW), now=NOW)
    body = {"email": totp_user.email, "password": PASSWORD}
    sign_in_response = Client().post(f"{API}/auth/login", body, "application/json").json()
    sessions = {
        each.session_key for each in Session.objects.all() if each.get_decoded().get(SESSION_KEY) == str(buyer.pk)
    }
    return {
        SECOND_FACTOR_PENDING: str(pending_operator.session.session_key),
        OPERATOR: str(full.session.session_key),
        CUSTOMER_SECOND_FACTOR_PENDING: sign_in_response["meta"]["session_token"],
        CUSTOMER: sessions.pop(),
        TOKEN: scenario.people["customer"].defaults["HTTP_AUTHORIZATION"].removeprefix("Bearer "),
    }


def test_what_signs_in_elsewhere_opens_nothing_of_the_shop(scenario: Scenario, credentials: dict[str, str]) -> None:
    assert opened(shop_endpoints(scenario.known, scenario.bodies), scenario, credentials) == []


def test_what_signs_in_elsewhere_opens_none_of_the_operators_pages(
    scenario: Scenario, credentials: dict[str, str]
) -> None:
    assert opened(operator_endpoints(scenario.examples), scenario, credentials) == []


def test_each_signs_in_where_it_was_made(scenario: Scenario, credentials: dict[str, str]) -> None:
    mine = {(OPERATOR, COOKIE): "/admin/", (CUSTOMER, SESSION_TOKEN): f"{API}/auth/session"}
    mine[TOKEN, BEARER] = "/api/v1/identity/me"

    for (credential, carrier), address in mine.items():
        assert Client().get(address, **sent_as(carrier, credentials[credential])).status_code == 200, credential


def opened(endpoints: Iterable[Endpoint], scenario: Scenario, credentials: dict[str, str]) -> list[str]:
    """Return what opened more than it opens to anybody, in words."""
    browser, opened_endpoints = Client(raise_request_exception=False), []
    with patch.object(SimpleTemplateResponse, "rendered_content", ""):
        for endpoint in endpoints:
            anybody = cell(endpoint, ask(browser, endpoint, {}))
            for credential, carrier in misplaced_credentials(endpoint):
                answer = ask(browser, endpoint, sent_as(carrier, credentials[credential]))
                lets_in = cell(endpoint, answer) == ALLOWED and answer.status_code != SESSION_IS_OVER
                if lets_in and (anybody != ALLOWED or shows_private(answer, scenario)):
                    opened_endpoints.append(
                        f"{credential} as {carrier}: {endpoint.method} {endpoint.address}: {answer.status_code}"
                    )
    return opened_endpoints


def shows_private(answer: Any, scenario: Scenario) -> bool:
    body = "" if answer.streaming else answer.content.decode(errors="replace")
    return any(secret in body for secret in scenario.private)


def misplaced_credentials(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    """Yield what must not count at this endpoint, and how it is presented."""
    for credential, carrier in product(
        (SECOND_FACTOR_PENDING, OPERATOR, CUSTOMER_SECOND_FACTOR_PENDING, CUSTOMER, TOKEN),
        (COOKIE, SESSION_TOKEN, BEARER),
    ):
        goes_on = credential in (SECOND_FACTOR_PENDING, CUSTOMER_SECOND_FACTOR_PENDING) and endpoint.address.endswith(
            SECOND_FACTOR_PATHS
        )
        if VALID_CARRIERS.get((credential, carrier)) != is_operators(endpoint) and not goes_on:
            yield credential, carrier


def sent_as(carrier: str, value: str) -> dict[str, Any]:
    """Return what Django's test client sends besides, as it has it in a request's environment."""
    names = {COOKIE: "HTTP_COOKIE", SESSION_TOKEN: "HTTP_X_SESSION_TOKEN", BEARER: "HTTP_AUTHORIZATION"}
    values = {COOKIE: f"{configured.SESSION_COOKIE_NAME}={value}", SESSION_TOKEN: value, BEARER: f"Bearer {value}"}
    return {names[carrier]: values[carrier]}


def ask(browser: Client, endpoint: Endpoint, sent: dict[str, Any]) -> Any:
    browser.cookies.clear()
    if endpoint.method == "get":
        return browser.get(endpoint.address, **sent)
    call = getattr(browser, endpoint.method)
    with nullcontext() if is_operators(endpoint) else rolled_back():
        if is_operators(endpoint):
            return call(endpoint.address, endpoint.body, **sent)
        return call(endpoint.address, endpoint.body, "application/json", HTTP_IDEMPOTENCY_KEY="one", **sent)
