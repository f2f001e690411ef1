"""Personal data passes through the shop, in success and in failure; production's log contains none of it."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connections

from contexts.identity.models import User
from contexts.ordering.models import Order
from observability.logs import JsonFormatter
from tests.identity.conftest import Visitor, visitor_after
from tests.shop import GOOD_CARD, Shopper, create_variant

EMAIL = "zelda.quince@example.org"
PASSWORD = "seventeen-purple-otters"
ADDRESS = {
    "name": "Zelda Quince",
    "line1": "Marmalade Alley 77",
    "postal_code": "9876 QX",
    "city": "Gouda-Zuid",
    "country": "NL",
    "phone": "+31201234567",
}
NOTE = "The key lies below the gnome."
PLANTED = [EMAIL, EMAIL.split("@")[0], PASSWORD, GOOD_CARD, NOTE, *(word for word in ADDRESS.values() if word != "NL")]

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """The log as production writes it, at every level that the settings allow."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    for name in (None, "django", "allauth", "psycopg", "access"):
        caplog.set_level(logging.DEBUG, logger=name)
    for connection in connections.all():
        monkeypatch.setattr(connection, "force_debug_cursor", True)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def assert_quiet(log: io.StringIO, *more: str | None) -> None:
    text = log.getvalue()
    assert [word for word in (*PLANTED, *more) if word and word in text] == []


def signed_up() -> Shopper:
    """Sign up, with the code of the e-mail."""
    return Shopper(access_token=visitor_after(Visitor().sign_up(EMAIL, PASSWORD)).access_token)


def order(shopper: Shopper, **body: Any) -> tuple[Any, str]:
    """Place an order with all kinds of personal data, and return the response and the card's token."""
    card = shopper.card()
    fields = {"delivery_address": ADDRESS, "delivery_note": NOTE, "email": EMAIL, "payment_token": card} | body
    return shopper.order(**fields), card


def explode(*_: object, **__: object) -> None:
    raise RuntimeError(f"Key (email)=({EMAIL}) {PASSWORD} {GOOD_CARD} {NOTE} {ADDRESS}")


def test_a_purchase(log: io.StringIO, drain: Callable[[], None]) -> None:
    create_variant("MUG")
    guest, customer = Shopper(), signed_up()
    guest.add("MUG")
    customer.send("post", "/api/v1/basket/merge", {"token": guest.token})
    response, card = order(customer)
    drain()
    customer.get(response["Location"])

    assert len(mail.outbox) == 2, "the code and the confirmation; nothing of them is logged"
    assert_quiet(log, guest.token, customer.access_token, card)
    (placed,) = [line for line in lines(log) if line.get("route") == "api/v1/orders" and "status" in line]
    assert (placed["method"], placed["status"], placed["context"]) == ("POST", 202, "ordering")
    assert len(placed["request_id"]) == len(placed["trace_id"]) == 32
    assert placed["order_id"] == str(Order.objects.get().pk)


@pytest.mark.parametrize(
    "body",
    [
        {"email": f"{EMAIL} {PASSWORD}"},
        {"delivery_address": ADDRESS | {"country": ADDRESS["line1"]}},
        {"delivery_address": NOTE},
        {"payment_token": GOOD_CARD},
        {"expected_total": EMAIL},
        {EMAIL: PASSWORD},
    ],
    ids=range(6),
)
def test_refused_orders(body: dict[str, Any], log: io.StringIO) -> None:
    create_variant("MUG")
    shopper = Shopper()
    shopper.add("MUG")
    _, card = order(shopper, **body)

    assert_quiet(log, shopper.token, card)


def test_refused_accounts(log: io.StringIO) -> None:
    cache.clear()
    User.objects.create_user(EMAIL, PASSWORD)
    shopper = Shopper()
    Visitor().begin_sign_up(EMAIL, PASSWORD)
    for credentials in ({"email": EMAIL, "password": "wrong"}, {"email": PASSWORD, "password": EMAIL}, [EMAIL]):
        shopper.send("post", "/api/v1/identity/app/v1/auth/login", credentials)
    shopper.client.post("/admin/login/", {"username": EMAIL, "password": PASSWORD + "?"})

    assert_quiet(log)
    assert {400, 401, 409} & {line.get("status") for line in lines(log)}


def test_paths_queries_and_headers(log: io.StringIO) -> None:
    shopper = Shopper(access_token=PASSWORD)
    shopper.token = NOTE
    for path in (f"/api/v1/orders/{EMAIL}", f"/{EMAIL}", f"/api/v1/basket?token={PASSWORD}", f"/\0{EMAIL}", "/admin/"):
        shopper.get(path)
        shopper.client.generic(EMAIL, path)
    shopper.client.get("/", headers={"Host": EMAIL, "Traceparent": EMAIL, "Referer": EMAIL, "User-Agent": EMAIL})
    shopper.send("post", "/api/v1/basket/items", {"sku": EMAIL, "quantity": NOTE})

    assert_quiet(log)


def test_what_breaks(log: io.StringIO, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    create_variant("MUG")
    shopper = Shopper()
    shopper.add("MUG")
    order(shopper)
    for broken in (
        "contexts.catalog.command_handlers.reserve_stock",
        "contexts.catalog.queries.products",
        "contexts.basket.queries.basket_of",
        "backoffice.sign_in.SignInView.get",
    ):
        monkeypatch.setattr(broken, explode)
    drain()
    assert order(shopper)[0].status_code == 503
    shopper.get(f"/api/v1/catalog/products?brand={EMAIL}")
    shopper.get("/api/v1/catalog/products")
    shopper.get(f"/admin/login/?next={EMAIL}")

    assert_quiet(log)
    failed = [line for line in lines(log) if line["level"] == "ERROR"]
    assert {line["logger"] for line in failed} >= {
        "messaging.inbox",
        "building_blocks.interfaces.wire",
        "web_api.problems",
        "django.request",
    }
    assert any(line["error"]["frames"][-1].endswith(":explode") for line in failed if "error" in line)
    (reserving,) = [line for line in failed if line.get("handler") == "catalog.reserve_stock_of_order"]
    assert reserving.keys() >= {"trace_id", "context", "message_id", "type", "order_id"}


def test_a_missing_mail_server(log: io.StringIO, drain: Callable[[], None], settings: Any) -> None:
    settings.EMAIL_BACKEND = "config.mail.NoMailServerBackend"
    create_variant("MUG")
    shopper = Shopper()
    shopper.add("MUG")
    order(shopper)
    drain()

    assert_quiet(log)
    (unsent,) = [line for line in lines(log) if line["level"] == "ERROR"]
    assert "NoMailServer" in unsent["message"]
    assert (unsent["handler"], unsent["context"]) == ("ordering.send_confirmation", "ordering")
