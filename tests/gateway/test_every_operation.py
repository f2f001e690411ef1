"""What each operation of the API does by default, so that a new one does it too: found in the API's own document."""

from typing import Any

import pytest

from tests.gateway.operations import ALLAUTHS, ask, fields_in, operations
from tests.shop import Shopper, coupon, customer, stocked
from tests.tables import contents

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

UNSEEN = {
    "a space without width": "\u200b",
    "a bell": "Ada\x07",
    "a line break": "Ada\nBcc: all@example.com",
    "text turned around": "Ada\u202eabC",
    "joiners alone": "\u200d\u2060",
    "half a character": "Ada\ud800",
}


@pytest.fixture
def robin() -> Shopper:
    """Return a customer with a mug in the basket."""
    stocked("MUG")
    coupon("WELCOME10")
    robin = customer()
    robin.add("MUG")
    return robin


def is_refused(answer: Any, name: str) -> bool:
    """Return whether the answer is a problem document that names what was wrong."""
    return (
        answer.status_code == 400
        and answer["Content-Type"] == "application/problem+json"
        and answer.json()["code"] == "invalid"
        and name in answer.json()["detail"]
    )


@pytest.mark.parametrize("signed_in", [False, True], ids=["by nobody", "by a customer"])
def test_a_parameter_that_is_not_known_is_named_and_nothing_else_is_done(signed_in: bool, robin: Shopper) -> None:
    shopper, before = robin if signed_in else Shopper(), contents()

    for operation in operations():
        answer = ask(shopper, operation, query="search=mug&ordering=-price&min_price=1&Page=2&page_size[]=1")

        for name in ("search", "ordering", "min_price", "Page", "page_size[]"):
            assert is_refused(answer, f"/{name}: "), (operation.id, name, answer.status_code, answer.content)
    assert contents() == before


def test_a_parameter_of_one_value_may_not_be_there_twice(robin: Shopper) -> None:
    singles = [
        (operation, parameter["name"])
        for operation in operations()
        for parameter in operation.query
        if parameter["schema"]["type"] != "array"
    ]
    assert {name for _, name in singles} >= {"page", "page_size"}

    for operation, name in singles:
        assert ask(robin, operation, query=f"{name}=1").status_code == 200, (operation.id, name)
        answer = ask(robin, operation, query=f"{name}=1&{name}=1")
        assert is_refused(answer, name), (operation.id, name, answer.content)


def test_a_head_request_takes_the_parameters_of_a_get(robin: Shopper) -> None:
    assert robin.client.head("/api/v1/catalog/products?page=1").status_code == 200
    assert robin.client.head("/api/v1/catalog/products?search=1").status_code == 400


def test_an_answer_is_not_stored_unless_it_is_public(robin: Shopper) -> None:
    guest = Shopper()
    guest.add("MUG")

    for operation in operations():
        for shopper in (Shopper(), robin, guest) if operation.id in PUBLIC else (robin, guest):
            answer = ask(shopper, operation)

            kept = operation.id in PUBLIC and answer.status_code in (200, 301) and not shopper._headers()
            said = answer["Cache-Control"]
            assert said.startswith("public, max-age=") if kept else said == "no-store" or "no-store, " in said, (
                operation.id,
                answer.status_code,
                said,
            )
            assert kept or {name.strip() for name in answer["Vary"].split(",")} >= TOKENS, operation.id


def test_every_public_answer_may_be_kept() -> None:
    stocked("MUG")

    kept = {
        operation.id
        for operation in operations()
        if "public" in ask(Shopper(), operation).get("Cache-Control", "") and operation.method == "get"
    }

    assert kept == PUBLIC - {"show_picture"}  # of which there is none


@pytest.mark.parametrize("what", UNSEEN)
def test_text_that_nobody_sees_is_refused_in_every_field(what: str, robin: Shopper) -> None:
    number = robin.order().json()["number"]
    before, tried = contents(), 0

    for operation in operations():
        for pointer, holder, name in fields_in(operation.body or {}):
            if (
                not isinstance(holder[name], str)
                or operation.path.startswith(ALLAUTHS)
                or ("\n" in UNSEEN[what] and name == "delivery_note")
            ):
                continue
            kept, holder[name] = holder[name], UNSEEN[what]
            answer = ask(robin, operation, number=number)
            holder[name] = kept
            tried += 1

            problem = answer.json()
            assert answer.status_code == 400, (operation.id, pointer, answer.status_code)
            assert problem["code"] == "parse_error" or pointer in problem["detail"], (operation.id, problem)
    assert tried > 20
    assert contents() == before


def test_a_note_may_have_several_lines_and_every_text_is_spelled_one_way(robin: Shopper) -> None:
    address = {
        "name": "Zoe\u0308 Example",
        "line1": "Market Street 1",
        "postal_code": "1011 AB",
        "city": "Amsterdam",
        "country": "NL",
        "delivery_note": "Ring twice.\r\n\tThen wait.",
    }

    answer = robin.send("post", "/api/v1/identity/addresses", address)

    assert answer.status_code == 201
    assert answer.json()["name"] == "Zo\u00eb Example"
    assert answer.json()["delivery_note"] == address["delivery_note"]
