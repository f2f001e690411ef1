"""A request that exceeds a time limit of the database: the response asks to try again, and nothing has changed."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from contexts.basket.models import Basket
from demo_payments.models import Charge
from tests.admin.operators import operator_client
from tests.shop import NOW, Shopper, create_variant

pytestmark = pytest.mark.usefixtures("real_commits")

SHORT = 50  # milliseconds

Limit = Callable[..., None]


@pytest.fixture
def set_limit(monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Return a function that sets one limit, of SHORT milliseconds, for new connections of an alias, and no others."""

    def set_(alias: str, name: str) -> None:
        options = dict.fromkeys(settings.DATABASE_TIME_LIMITS, 0) | {name: SHORT}
        combined = " ".join(f"-c {option}={value}" for option, value in options.items())
        monkeypatch.setitem(connections[alias].settings_dict["OPTIONS"], "options", combined)
        connections[alias].close()

    return set_


@contextmanager
def locked(table: str) -> Iterator[None]:
    """Lock a table against everyone, as a migration may."""
    with psycopg.connect(settings.DATABASE_URL) as administrator:
        administrator.execute(f"LOCK TABLE {table}".encode())
        yield


@pytest.fixture
def buyer(real_commits: None) -> Shopper:
    """Return a shopper with a mug in the basket."""
    create_variant("MUG", on_hand=9)
    buyer = Shopper()
    buyer.add("MUG")
    return buyer


def add_mugs(buyer: Shopper) -> Any:
    return buyer.send("post", "/api/v1/basket/items", {"sku": "MUG", "quantity": 2})


def assert_try_again(response: Any) -> None:
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert response.json()["code"] == "unavailable"


@pytest.mark.parametrize("name", ["lock_timeout", "statement_timeout"])
def test_a_request_that_waits_for_a_lock_gets_503(buyer: Shopper, set_limit: Limit, name: str) -> None:
    set_limit("basket", name)

    with locked("basket.basket_basket"):
        response = add_mugs(buyer)

    assert_try_again(response)
    assert add_mugs(buyer).status_code == 200
    assert Basket.objects.get().quantity_of("MUG") == 3


def test_a_request_with_an_idle_transaction_gets_503(
    buyer: Shopper, set_limit: Limit, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limit("basket", "idle_in_transaction_session_timeout")
    set_item = Basket.set_item

    def slow_set_item(*args: Any, **options: Any) -> None:
        time.sleep(4 * SHORT / 1000)
        set_item(*args, **options)

    with monkeypatch.context() as slow:
        slow.setattr(Basket, "set_item", slow_set_item)
        response = add_mugs(buyer)

    assert_try_again(response)
    assert add_mugs(buyer).status_code == 200
    assert Basket.objects.get().quantity_of("MUG") == 3


def test_a_page_outside_of_the_api_gets_503(set_limit: Limit) -> None:
    charge = Charge.objects.create(
        key=uuid4(),
        fingerprint="x",
        amount=1,
        currency="EUR",
        status="requires_action",
        action_id=uuid4(),
        changed_at=NOW,
    )
    set_limit("demo_payments", "lock_timeout")

    with locked("demo_payments.demo_payments_charge"):
        response = Client(raise_request_exception=False).get(f"/demo-payments/actions/{charge.action_id}")

    assert_try_again(response)


@pytest.mark.parametrize("table", ["identity.django_session", "catalog.catalog_product"])
def test_an_operators_page_shows_an_error_page(set_limit: Limit, table: str) -> None:
    browser = operator_client()
    browser.raise_request_exception = False
    for alias in ("default", "catalog"):
        set_limit(alias, "lock_timeout")

    with locked(table):
        page = browser.get("/admin/catalog/product/")

    assert (page.status_code, page["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert "Try again in a moment" in page.content.decode()
