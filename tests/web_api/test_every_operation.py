"""The defaults of every operation in the OpenAPI document, and so of every new one."""

from typing import Any

import pytest

from tests.shop import Shopper, coupon, create_variant, customer
from tests.tables import contents
from tests.web_api.operations import ALLAUTH_PATH, call, fields_in, operations

pytestmark = pytest.mark.django_db(databases="__all__")

PUBLIC = {
    "list_products",
    "show_product",
    "show_picture",
    "show_drawing",
    "list_categories",
    "list_brands",
    "list_suppliers",
    "list_signing_keys",
}
TOKENS = {"Authorization", "X-Basket-Token", "X-Session-Token"}

INVISIBLE = {
    "a zero-width space": "\u200b",
    "a control character": "Ada\x07",
    "a line break": "Ada\nBcc: all@example.com",
    "reversed text": "Ada\u202eabC",
    "only joiners": "\u200d\u2060",
    "half a character": "Ada\ud800",
}


@pytest.fixture
def robin() -> Shopper:
    """Return a customer with a mug in the basket."""
    create_variant("MUG")
    coupon("WELCOME10")
    robin = customer()
    robin.add("MUG")
    return robin


def is_refused(response: Any, name: str) -> bool:
    """Return whether the response is a problem document that names the parameter."""
    return (
        response.status_code == 400
        and response["Content-Type"] == "application/problem+json"
        and response.json()["code"] == "invalid"
        and name in response.json()["detail"]
    )


@pytest.mark.parametrize("signed_in", [False, True], ids=["by a guest", "by a customer"])
def test_an_unknown_parameter_is_refused_by_name_and_changes_nothing(signed_in: bool, robin: Shopper) -> None:
    shopper, before = robin if signed_in else Shopper(), contents()

    for operation in operations():
        response = call(shopper, operation, query="search=mug&ordering=-price&min_price=1&Page=2&page_size[]=1")

        for name in ("search", "ordering", "min_price", "Page", "page_size[]"):
            assert is_refused(response, f"/{name}: "), (operation.id, name, response.status_code, response.content)
    assert contents() == before


def test_a_parameter_of_one_value_may_not_be_repeated(robin: Shopper) -> None:
    singles = [
        (operation, parameter["name"])
        for operation in operations()
        for parameter in operation.query
        if parameter["schema"]["type"] != "array"
    ]
    assert {name for _, name in singles} >= {"page", "page_size"}

    for operation, name in singles:
        assert call(robin, operation, query=f"{name}=1").status_code == 200, (operation.id, name)
        response = call(robin, operation, query=f"{name}=1&{name}=1")
        assert is_refused(response, name), (operation.id, name, response.content)


def test_a_head_request_accepts_the_parameters_of_a_get(robin: Shopper) -> None:
    assert robin.client.head("/api/v1/catalog/products?page=1").status_code == 200
    assert robin.client.head("/api/v1/catalog/products?search=1").status_code == 400


def test_a_response_may_be_stored_only_if_it_is_public(robin: Shopper) -> None:
    guest = Shopper()
    guest.add("MUG")

    for operation in operations():
        for shopper in (Shopper(), robin, guest) if operation.id in PUBLIC else (robin, guest):
            response = call(shopper, operation)

            cacheable = operation.id in PUBLIC and response.status_code in (200, 301) and not shopper._headers()
            cache_control = response["Cache-Control"]
            assert (
                cache_control.startswith("public, max-age=")
                if cacheable
                else cache_control == "no-store" or "no-store, " in cache_control
            ), (
                operation.id,
                response.status_code,
                cache_control,
            )
            assert cacheable or {name.strip() for name in response["Vary"].split(",")} >= TOKENS, operation.id


def test_every_public_response_may_be_stored() -> None:
    create_variant("MUG")

    cacheable = {
        operation.id
        for operation in operations()
        if "public" in call(Shopper(), operation).get("Cache-Control", "") and operation.method == "get"
    }

    assert cacheable == PUBLIC - {"show_picture"}  # the shop of this test has none


@pytest.mark.parametrize("what", INVISIBLE)
def test_invisible_text_is_refused_in_every_field(what: str, robin: Shopper) -> None:
    number = robin.order().json()["number"]
    before, count = contents(), 0

    for operation in operations():
        for pointer, holder, name in fields_in(operation.body or {}):
            if (
                not isinstance(holder[name], str)
                or operation.path.startswith(ALLAUTH_PATH)
                or ("\n" in INVISIBLE[what] and name == "delivery_note")
            ):
                continue
            original, holder[name] = holder[name], INVISIBLE[what]
            response = call(robin, operation, number=number)
            holder[name] = original
            count += 1

            problem = response.json()
            assert response.status_code == 400, (operation.id, pointer, response.status_code)
            assert problem["code"] == "parse_error" or pointer in problem["detail"], (operation.id, problem)
    assert count > 20
    assert contents() == before


def test_a_note_may_have_several_lines_and_every_text_is_normalised(robin: Shopper) -> None:
    address = {
        "name": "Zoe\u0308 Example",
        "line1": "Market Street 1",
        "postal_code": "1011 AB",
        "city": "Amsterdam",
        "country": "NL",
        "delivery_note": "Ring twice.\r\n\tThen wait.",
    }

    response = robin.send("post", "/api/v1/identity/addresses", address)

    assert response.status_code == 201
    assert response.json()["name"] == "Zo\u00eb Example"
    assert response.json()["delivery_note"] == address["delivery_note"]
