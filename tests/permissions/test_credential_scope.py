"""
Every endpoint with credentials of another place: a session or token counts only where it belongs.

The credentials are the session of an operator before and after the second factor, the session of a customer before and
after the second factor, and a customer's access token. Each is sent as a session cookie, as `X-Session-Token`, and as
`Authorization: Bearer`. In the wrong header, and before the second factor, it must open only what is open to anyone.
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

SECOND_FACTOR_PENDING, OPERATOR = "the session of an operator before the second factor", "an operator's session"
CUSTOMER_SECOND_FACTOR_PENDING, CUSTOMER, TOKEN = (
    "the session of a customer before the second factor",
    "a customer's session",
    "an access token",
)
COOKIE, SESSION_TOKEN, BEARER = "cookie", "X-Session-Token", "Bearer"
VALID_HEADERS = {(OPERATOR, COOKIE): True, (CUSTOMER, SESSION_TOKEN): False, (TOKEN, BEARER): False}
"""The header in which each credential counts, and whether it counts at the operators' pages."""
SECOND_FACTOR_PATHS = ("identity/user/second-factor/", "/app/v1/auth/2fa/authenticate")
"""The ends of the addresses of the second step."""
SESSION_IS_OVER = 410  # the status of allauth for an unknown session key
PASSWORD = "a-basket-of-apples"
API = "/api/v1/identity/app/v1"


@pytest.fixture
def scenario(drain: Callable[[], None], settings: Settings) -> Scenario:
    settings.OPERATOR_SECOND_FACTOR = True
    return build_scenario(drain)


@pytest.fixture
def credentials(scenario: Scenario) -> dict[str, str]:
    """Return the credentials by their names."""
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


def test_a_misplaced_credential_opens_nothing_of_the_shop(scenario: Scenario, credentials: dict[str, str]) -> None:
    assert opened(shop_endpoints(scenario.known, scenario.bodies), scenario, credentials) == []


def test_a_misplaced_credential_opens_no_page_of_the_operators(scenario: Scenario, credentials: dict[str, str]) -> None:
    assert opened(operator_endpoints(scenario.examples), scenario, credentials) == []


def test_each_credential_is_accepted_in_its_own_place(scenario: Scenario, credentials: dict[str, str]) -> None:
    own = {(OPERATOR, COOKIE): "/admin/", (CUSTOMER, SESSION_TOKEN): f"{API}/auth/session"}
    own[TOKEN, BEARER] = "/api/v1/identity/me"

    for (credential, header), address in own.items():
        assert Client().get(address, **sent_as(header, credentials[credential])).status_code == 200, credential


def opened(endpoints: Iterable[Endpoint], scenario: Scenario, credentials: dict[str, str]) -> list[str]:
    """Return a sentence for each response that showed more than anyone may see."""
    browser, opened_endpoints = Client(raise_request_exception=False), []
    with patch.object(SimpleTemplateResponse, "rendered_content", ""):
        for endpoint in endpoints:
            public = cell(endpoint, send(browser, endpoint, {}))
            for credential, header in misplaced_credentials(endpoint):
                response = send(browser, endpoint, sent_as(header, credentials[credential]))
                is_allowed = cell(endpoint, response) == ALLOWED and response.status_code != SESSION_IS_OVER
                if is_allowed and (public != ALLOWED or shows_private(response, scenario)):
                    opened_endpoints.append(
                        f"{credential} as {header}: {endpoint.method} {endpoint.address}: {response.status_code}"
                    )
    return opened_endpoints


def shows_private(response: Any, scenario: Scenario) -> bool:
    body = "" if response.streaming else response.content.decode(errors="replace")
    return any(secret in body for secret in scenario.private)


def misplaced_credentials(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    """Yield the credentials that must not count at this endpoint, each with its header."""
    for credential, header in product(
        (SECOND_FACTOR_PENDING, OPERATOR, CUSTOMER_SECOND_FACTOR_PENDING, CUSTOMER, TOKEN),
        (COOKIE, SESSION_TOKEN, BEARER),
    ):
        is_pending = credential in (SECOND_FACTOR_PENDING, CUSTOMER_SECOND_FACTOR_PENDING)
        is_second_step = is_pending and endpoint.address.endswith(SECOND_FACTOR_PATHS)
        if VALID_HEADERS.get((credential, header)) != is_operators(endpoint) and not is_second_step:
            yield credential, header


def sent_as(header: str, value: str) -> dict[str, Any]:
    """Return the credential as Django's test client takes it: a variable of the request's environment."""
    names = {COOKIE: "HTTP_COOKIE", SESSION_TOKEN: "HTTP_X_SESSION_TOKEN", BEARER: "HTTP_AUTHORIZATION"}
    values = {COOKIE: f"{configured.SESSION_COOKIE_NAME}={value}", SESSION_TOKEN: value, BEARER: f"Bearer {value}"}
    return {names[header]: values[header]}


def send(browser: Client, endpoint: Endpoint, sent: dict[str, Any]) -> Any:
    browser.cookies.clear()
    if endpoint.method == "get":
        return browser.get(endpoint.address, **sent)
    call = getattr(browser, endpoint.method)
    with nullcontext() if is_operators(endpoint) else rolled_back():
        if is_operators(endpoint):
            return call(endpoint.address, endpoint.body, **sent)
        return call(endpoint.address, endpoint.body, "application/json", HTTP_IDEMPOTENCY_KEY="one", **sent)
