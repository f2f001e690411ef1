"""Invalid input of any kind: the response is a problem document that names the error, and nothing has changed."""

import json
import logging
from datetime import timedelta
from typing import Any, NamedTuple, NoReturn

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import path
from django.utils import timezone
from pytest_django import Settings

import config.urls
from contexts.catalog import queries
from tests.shop import ADDRESS, Shopper, create_variant, customer
from tests.tables import contents

pytestmark = pytest.mark.django_db(databases="__all__")

ITEMS, COUPON, ORDERS = "/api/v1/basket/items", "/api/v1/basket/coupon", "/api/v1/orders"
PRODUCTS = "/api/v1/catalog/products"

ORDER = {"delivery_address": ADDRESS, "payment_token": "tok", "email": "ada@example.com"}
MUG = {"sku": "MUG", "quantity": 1}


class Case(NamedTuple):
    """
    A request and its expected response.

    :param detail: a text in the response's detail.
    :param body: sent as JSON, unless it is bytes.
    """

    method: str
    path: str
    status: int
    code: str
    detail: str
    body: Any = b""
    content_type: str = "application/json"
    headers: dict[str, str] = {}


def get(path: str, status: int, code: str, detail: str, **headers: str) -> Case:
    return Case("get", path, status, code, detail, headers=headers)


def add_item(body: Any, status: int, code: str, detail: str) -> Case:
    return Case("post", ITEMS, status, code, detail, body)


def order(status: int, code: str, detail: str, **changes: Any) -> Case:
    return Case("post", ORDERS, status, code, detail, ORDER | changes)


def order_to(status: int, code: str, detail: str, **changes: Any) -> Case:
    return order(status, code, detail, delivery_address=ADDRESS | changes)


QUANTITIES = {
    f"quantity {quantity!r:.20}": Case(
        method, f"{ITEMS}{sku}", 400, "invalid", "quantity", MUG | {"quantity": quantity}
    )
    for quantity in (0, -1, 1.5, 1e9, 10**30, int("9" * 4000), "two", "", None, True, [1], {"1": 1})
    for method, sku in [("post", ""), ("patch", "/MUG")]
}
ITEMS_TO_ADD = {
    "an unknown SKU": add_item({"sku": "NO-SUCH", "quantity": 1}, 422, "unknown_sku", "NO-SUCH"),
    "more than are in stock": add_item(
        {"sku": "MUG", "quantity": 4}, 409, "not_enough_in_stock", "3 can be bought, not 5"
    ),
    "a change to more than are in stock": Case(
        "patch", f"{ITEMS}/MUG", 409, "not_enough_in_stock", "3 can be bought, not 4", {"quantity": 4}
    ),
    "a change of an item that is not in the basket": Case(
        "patch", f"{ITEMS}/PAN", 404, "not_in_basket", "PAN", {"quantity": 1}
    ),
    "a removal of an item that is not in the basket": Case("delete", f"{ITEMS}/PAN", 404, "not_in_basket", "PAN"),
    "no SKU": add_item({"quantity": 1}, 400, "invalid", "sku"),
    "a blank SKU": add_item({"sku": " ", "quantity": 1}, 400, "invalid", "sku"),
    "a SKU that is a list": add_item({"sku": ["MUG"]}, 400, "invalid", "sku"),
    "an endless SKU": add_item({"sku": "M" * 100_000}, 400, "invalid", "sku"),
    "a null byte in the SKU": add_item({"sku": "MUG\x00"}, 400, "invalid", "sku"),
}
BODIES = {
    f"{name} to {path}": Case(method, path, 400, code, detail, body)
    for name, (body, code, detail) in {
        "half an object": (b'{"sku": "MUG"', "parse_error", "JSON"),
        "a list": (b'["MUG", 1]', "invalid", "Expected a dictionary, but got list"),
        "a string": (b'"MUG"', "invalid", "Expected a dictionary, but got str"),
        "a number": (b"1", "invalid", "Expected a dictionary, but got int"),
        "null": (b"null", "invalid", "No data"),
        "nothing": (b"", "invalid", "required"),
        "NaN": (b'{"sku": "MUG", "quantity": NaN}', "parse_error", "JSON"),
        "a number out of range": (b'{"sku": "MUG", "quantity": 1e999}', "parse_error", "JSON"),
        "a number of 5,000 digits": (b'{"sku": %s}' % (b"7" * 5_000), "parse_error", "JSON"),
        "invalid UTF-8": (b'{"sku": "MUG\xff", "code": "\xc3("}', "parse_error", "JSON"),
        "a lone surrogate": (rb'{"sku": "\ud800", "code": "\udfff"}', "parse_error", "JSON"),
        "a bare null byte": (b'{"sku": "MUG\x00"}', "parse_error", "JSON"),
        "10,000 levels": (b'{"sku":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "parse_error", "JSON"),
    }.items()
    for method, path in [("post", ITEMS), ("put", COUPON), ("post", ORDERS)]
}
PROTOCOL = {
    "5 MB": add_item(b'{"sku": "' + b"x" * 5_000_000 + b'"}', 413, "too_large", "1000000 bytes"),
    "a length that is not a number": Case(
        "post", ITEMS, 400, "bad_request", "Content-Length", MUG, headers={"Content-Length": "many"}
    ),
    "a body in chunks": Case(
        "post", ITEMS, 411, "length_required", "Content-Length", MUG, headers={"Transfer-Encoding": "chunked"}
    ),
    "a form": Case(
        "post", ITEMS, 415, "unsupported_media_type", "x-www-form", b"sku=MUG", "application/x-www-form-urlencoded"
    ),
    "plain text": Case("post", ORDERS, 415, "unsupported_media_type", "text/plain", b"{}", "text/plain"),
    "PUT instead of POST": Case("put", ITEMS, 405, "method_not_allowed", "PUT", MUG),
    "DELETE of a product": Case("delete", f"{PRODUCTS}/mug", 405, "method_not_allowed", "DELETE"),
    "Accept: HTML": get(PRODUCTS, 406, "not_acceptable", "Accept", Accept="text/html"),
    "Accept: HTML for an order": Case(
        "post", ORDERS, 406, "not_acceptable", "Accept", ORDER, headers={"Accept": "text/html"}
    ),
    "an unknown host": get(PRODUCTS, 400, "bad_request", "could not be understood", Host="evil.example"),
}
QUERIES = {
    query: get(f"{PRODUCTS}?{query}", 400, "invalid", query.partition("=")[0])
    for query in (
        *(f"page_size={size}" for size in ("0", "101", "100000", "-1", "abc", "1.5", "1%07")),
        *(f"page={page}" for page in ("0", "-1", "abc", "99999999999999999999", "1" * 5_000, "%C2%B2")),
        *(f"brand={slug}" for slug in ("", "%07", "a%20b", "%e2%80%ae", "../acme", "acme&brand=%27")),
        "category=%e2%80%8b",
        "page=",
        "page_size=",
        "page=1&page=2",
    )
}
BAD_URLS = {
    f"{address:.40}": get(address, 400, "bad_request", detail)
    for prefix in (PRODUCTS, "/api/v1/basket", "/api/schema/", "/nothing/here")
    for address, detail in {
        f"{prefix}?page=%00": "query contains a null byte",
        f"{prefix}?%00=1": "query contains a null byte",
        f"{prefix}?page=%ff": "query is not valid UTF-8",
        f"{prefix}?page=%ed%a0%80": "query is not valid UTF-8",  # a lone surrogate
        f"{prefix}?{'&'.join(['brand=acme'] * 1001)}": "query has more than 1000 parameters",
        f"{prefix}/%00": "path contains a null byte",
        f"{prefix}/%ff%fe": "path is not valid UTF-8",
        f"{prefix}/%ed%a0%80": "path is not valid UTF-8",
    }.items()
}
PATHS = {
    "an unknown path": get("/nothing/here", 404, "not_found", "/nothing/here"),
    "an unknown path of the API": get("/api/v1/nothing", 404, "not_found", "/api/v1/nothing"),
    "a trailing slash": get("/api/v1/basket/", 404, "not_found", "/api/v1/basket/"),
    "an unknown product": get(f"{PRODUCTS}/nope", 404, "not_found", f"{PRODUCTS}/nope"),
    "an unknown order": get(f"{ORDERS}/MH-00000-00000", 404, "not_found", "MH-00000-00000"),
    "a null byte in a path to change": Case(
        "patch", f"{ITEMS}/MUG%00", 400, "bad_request", "null byte", {"quantity": 1}
    ),
    "a SKU that is not UTF-8": Case("delete", f"{ITEMS}/%ff%fe", 400, "bad_request", "UTF-8"),
}
TOKENS = {
    **{
        f"the access token {name}": get("/api/v1/basket", 401, "invalid_token", "access token", Authorization=header)
        for name, header in {
            "of three words": "Bearer one.two.three",
            "that is missing": "Bearer",
            "that is a null byte": "Bearer \x00",
            "beyond ASCII": "Bearer caf\xe9",
            "of another scheme": "Basic YWRhOmFkYQ==",
            "that is endless": f"Bearer {'x' * 50_000}",
        }.items()
    },
    **{
        f"the basket's token {token!r:.20}": Case(
            method, path, 404, "unknown_basket", "token", body, headers={"X-Basket-Token": token}
        )
        for token in ("unknown", "\x00", "caf\xe9", "x" * 50_000)
        for method, path, body in [("get", "/api/v1/basket", b""), ("post", ITEMS, MUG), ("post", ORDERS, ORDER)]
    },
    "a merge without a sign-in": Case(
        "post", "/api/v1/basket/merge", 401, "not_authenticated", "credentials", {"token": "t"}
    ),
    "orders without a sign-in": get(ORDERS, 401, "not_authenticated", "credentials"),
}
CHECKOUT = {
    "an unknown coupon": Case("put", COUPON, 422, "coupon_refused", "NO-SUCH", {"code": "NO-SUCH"}),
    "a null byte in the coupon": Case("put", COUPON, 400, "invalid", "code", {"code": "TENTH\x00"}),
    "an unknown shipping method": order(422, "unknown_shipping_method", "by-swan", shipping_method="by-swan"),
    "no address": order(400, "invalid", "/delivery_address", delivery_address=None),
    "an address that is a text": order(400, "invalid", "/delivery_address", delivery_address="Market Street 1"),
    "an address without a street": order_to(400, "invalid", "/delivery_address/line1", line1=""),
    **{
        f"a country that is {what}": order_to(400, "invalid", "/delivery_address/country", country=country)
        for what, country in {"a name": "Netherlands", "none": "ZZ", "a list": ["NL"]}.items()
    },
    "an endless name": order_to(400, "invalid", "/delivery_address/name", name="x" * 5_000),
    "a null byte in the city": order_to(400, "invalid", "/delivery_address/city", city="Am\x00sterdam"),
    "an endless note": order(400, "invalid", "/delivery_note", delivery_note="x" * 501),
    "no payment token": order(400, "invalid", "/payment_token", payment_token=""),
    "a card number instead of it": order(400, "invalid", "/payment_token", payment_token="4242 4242-42424242"),
    "no e-mail address": order(400, "invalid", "/email", email="ada at example"),
    "an endless e-mail address": order(400, "invalid", "/email", email=f"ada@{'x.' * 140}com"),
    "two e-mail addresses": order(400, "invalid", "/email", email="ada@example.com\nBcc: all@example.com"),
    "a version that is not a number": order(400, "invalid", "/basket_version", basket_version="latest"),
    "a huge version": order(409, "basket_changed", "changed", basket_version=10**30),
    "a version that is a text": order(400, "invalid", "/basket_version", basket_version="1"),
    "a total that is not a text": order(400, "invalid", "/expected_total", expected_total=12.5),
    "a name that is a number": order_to(400, "invalid", "/delivery_address/name", name=5),
    "a total that is not a number": order(400, "invalid", "/expected_total", expected_total="sNaN"),
    "a total with too many decimals": order(400, "invalid", "/expected_total", expected_total="12.955"),
    "a huge total": order(400, "invalid", "/expected_total", expected_total="1e99999999"),
}


@pytest.fixture
def shopper() -> Shopper:
    """Return a shopper with one of three mugs in the basket; the shop also sells a pan."""
    create_variant("MUG", on_hand=3)
    create_variant("PAN")
    shopper = Shopper()
    shopper.add("MUG")
    return shopper


def send(case: Case, shopper: Shopper) -> Any:
    body = case.body if isinstance(case.body, bytes) else json.dumps(case.body).encode()
    headers = {"X-Basket-Token": shopper.token or "", "Idempotency-Key": "one"} | case.headers
    return shopper.client.generic(case.method.upper(), case.path, body, case.content_type, headers=headers)


def is_refused(case: Case, response: Any) -> bool:
    """Return whether the response is the problem document that the case expects."""
    if (response.status_code, response["Content-Type"]) != (case.status, "application/problem+json"):
        return False
    problem = response.json()
    return problem["code"] == case.code and problem["status"] == case.status and case.detail in problem["detail"]


@pytest.mark.parametrize(
    "cases",
    [QUANTITIES, ITEMS_TO_ADD, BODIES, PROTOCOL, QUERIES, BAD_URLS, PATHS, TOKENS, CHECKOUT],
    ids=["quantities", "items", "bodies", "protocol", "queries", "urls", "paths", "tokens", "checkout"],
)
def test_bad_input_is_named_and_changes_nothing(cases: dict[str, Case], shopper: Shopper) -> None:
    before = contents()

    for name, case in cases.items():
        response = send(case, shopper)

        assert is_refused(case, response), (name, response.status_code, response.content)
        assert contents() == before, name


@pytest.mark.parametrize(
    "case", [case for name, case in BAD_URLS.items() if PRODUCTS in name], ids=lambda it: it.detail
)
def test_an_operator_with_an_unreadable_address_sees_an_error_page(case: Case) -> None:
    response = Client().get(case.path.replace(PRODUCTS, "/admin/stories"))

    assert (response.status_code, response["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert "This request is not valid" in response.content.decode()


def test_every_invalid_field_is_pointed_at(shopper: Shopper) -> None:
    case = order(400, "invalid", "", email="ada", delivery_address=ADDRESS | {"country": "nl", "city": ""})

    problem = send(case, shopper).json()

    assert sorted((error["pointer"], error["code"]) for error in problem["errors"]) == [
        ("/delivery_address/city", "blank"),
        ("/delivery_address/country", "invalid_choice"),
        ("/email", "invalid"),
    ]
    assert problem["title"] == "Bad Request"
    assert problem["type"] == "urn:markethall:problem:invalid"


def test_an_expired_access_token_says_what_to_do(shopper: Shopper) -> None:
    shopper.access_token = customer(signed_in_at=timezone.now() - timedelta(hours=1)).access_token

    response = shopper.get("/api/v1/basket")

    assert (response.status_code, response.json()["code"]) == (401, "token_expired")
    assert "refresh" in response.json()["detail"]
    assert response["WWW-Authenticate"].startswith("Bearer")


class TestAnUnexpectedError:
    """The client learns nothing of its cause; the log contains it."""

    @pytest.mark.parametrize("where", [PRODUCTS, "/fail"], ids=["in the API", "elsewhere"])
    def test_leaks_nothing_and_is_logged(
        self, where: str, monkeypatch: pytest.MonkeyPatch, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.ROOT_URLCONF = __name__
        monkeypatch.setattr(queries, "products", fail)

        with caplog.at_level(logging.ERROR):
            response = Client(raise_request_exception=False).get(where)

        assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
        assert response.json()["code"] == "error"
        assert not any(word in response.content for word in (b"hunter2", b"/srv", b"RuntimeError", b"Traceback"))
        assert any("hunter2" in str(record.exc_info) for record in caplog.records)


@pytest.mark.parametrize(
    "case",
    [get("/livez", 200, "", ""), PATHS["an unknown path"], PATHS["an unknown product"], PROTOCOL["5 MB"]],
    ids=["success", "unknown path", "unknown product", "too large"],
)
def test_every_response_has_the_security_headers(case: Case, shopper: Shopper) -> None:
    response = send(case, shopper)

    assert response.status_code == case.status
    assert {name: response.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert len(response["X-Request-Id"]) == 32


SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def fail(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("the password is hunter2, see /srv/secrets")


def failing_page(request: HttpRequest) -> NoReturn:
    fail()


# This module replaces the URLs of the process; it adds one whose view fails.
urlpatterns = [path("fail", failing_page), *config.urls.urlpatterns]
handler500 = config.urls.handler500
