"""The OpenAPI document: valid, complete, and in agreement with the API's responses."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as process
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator
from pytest_django import Settings

from tests.shop import ADDRESS, Shopper, coupon, create_variant, customer

Json = dict[str, Any]

UNDOCUMENTED = {"/livez", "/api/schema/", "/api/docs/"}
"""Paths that are not for clients of the shop."""

DAY = 24 * 3600  # seconds

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def schema() -> Json:
    response = Client().get("/api/schema/", headers={"Accept": "application/json"})
    assert response.status_code == 200
    document: Json = json.loads(response.content)
    return document


def operations(schema: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield the path, method and description of each operation."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def objects_in(node: Any) -> Iterator[Json]:
    """Yield every JSON object in a document."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects_in(inner)


def served_operations(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[tuple[str, set[str]]]:
    """Yield each path that the process serves, with its methods."""
    for pattern in patterns:
        path = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from served_operations(pattern.url_patterns, path)
        elif view := getattr(pattern.callback, "view_class", None):
            yield path, METHODS & {method for method in view.http_method_names if hasattr(view, method)}


class TestTheDocument:
    def test_is_valid(self, schema: Json) -> None:
        validate_schema(schema)

    def test_contains_every_operation_under_a_unique_name(self, schema: Json) -> None:
        documented = {(path, method) for path, method, _ in operations(schema)}
        names = [operation["operationId"] for _, _, operation in operations(schema)]

        assert documented == {
            (path, method)
            for path, methods in served_operations(get_resolver().url_patterns)
            for method in methods
            if path not in UNDOCUMENTED and not path.startswith(process.OPERATORS_PATH)
        }
        assert len(set(names)) == len(names)
        assert all(operation["summary"] for _, _, operation in operations(schema))

    def test_has_no_dangling_references(self, schema: Json) -> None:
        known = {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}

        assert {node["$ref"] for node in objects_in(schema) if isinstance(node.get("$ref"), str)} <= known

    def test_shows_a_valid_example_of_each_body(self, schema: Json) -> None:
        for path, method, operation in operations(schema):
            for content in operation.get("requestBody", {}).get("content", {}).values():
                examples = [example["value"] for example in content.get("examples", {}).values()]
                assert examples, f"{method} {path} has no example"
                for example in examples:
                    strict_validator(schema, content["schema"]).validate(example)

    def test_lists_the_problems_that_input_may_cause(self, schema: Json) -> None:
        for path, method, operation in operations(schema):
            if "requestBody" in operation:
                assert "400" in operation["responses"], f"{method} {path}"
            if "{" in path:
                assert "404" in operation["responses"], f"{method} {path}"


def strict_validator(schema: Json, node: Json) -> Draft202012Validator:
    """Return a validator for one part of the document that also refuses fields that are not described."""
    components = {
        name: described | {"additionalProperties": name == "Problem"} if "properties" in described else described
        for name, described in schema["components"]["schemas"].items()
    }
    return Draft202012Validator({"components": {"schemas": components}} | node)


def send(shopper: Shopper, method: str, path: str, body: bytes) -> Any:
    """Send a raw body to a path of the document, with a nil UUID for each parameter."""
    headers = {"Authorization": f"Bearer {shopper.access_token}"}
    url = re.sub(r"{\w+}", str(UUID(int=0)), path)
    return shopper.client.generic(method.upper(), url, body, "application/json", headers=headers)


@pytest.mark.django_db(databases="__all__")
class TestAnswers:
    @pytest.fixture
    def conforms(self, schema: Json) -> Callable[[Any, str, str], bool]:
        def check(response: Any, method: str, path: str) -> bool:
            """Return True, or raise an error if the response differs from the documentation of its operation."""
            documented = schema["paths"][path][method]["responses"][str(response.status_code)]["content"]
            content_type = response["Content-Type"]
            strict_validator(schema, documented[content_type]["schema"]).validate(response.json())
            return True

        return check

    def test_are_as_documented(self, conforms: Callable[[Any, str, str], bool], drain: Callable[[], None]) -> None:
        product = create_variant("MUG").product
        product.attributes = [{"name": "Volume", "value": 0.3, "unit": "l"}]
        product.save()
        coupon("TENTH")
        api, shopper = "/api/v1", customer()

        for path in ("products", "categories", "brands", "suppliers"):
            assert conforms(shopper.get(f"{api}/catalog/{path}"), "get", f"{api}/catalog/{path}")
        assert conforms(shopper.get(f"{api}/catalog/products/mug"), "get", f"{api}/catalog/products/{{slug}}")
        assert conforms(shopper.get(f"{api}/basket"), "get", f"{api}/basket")
        added = Shopper().send("post", f"{api}/basket/items", {"sku": "MUG"})
        assert conforms(added, "post", f"{api}/basket/items")
        merged = shopper.send("post", f"{api}/basket/merge", {"token": added.json()["token"]})
        assert conforms(merged, "post", f"{api}/basket/merge")
        applied = shopper.send("put", f"{api}/basket/coupon", {"code": "TENTH"})
        assert conforms(applied, "put", f"{api}/basket/coupon")
        assert conforms(shopper.get(f"{api}/orders/shipping-methods"), "get", f"{api}/orders/shipping-methods")
        assert conforms(shopper.send("post", f"{api}/orders/quote", {}), "post", f"{api}/orders/quote")
        placed = shopper.order()
        assert conforms(placed, "post", f"{api}/orders")
        drain()
        assert conforms(shopper.get(placed["Location"]), "get", f"{api}/orders/{{number}}")
        assert conforms(shopper.get(f"{api}/orders"), "get", f"{api}/orders")
        book = f"{api}/identity/addresses"
        created = shopper.send("post", book, ADDRESS)
        assert conforms(created, "post", book)
        assert conforms(shopper.get(book), "get", book)
        assert conforms(shopper.get(created["Location"]), "get", f"{book}/{{address_id}}")
        assert conforms(shopper.send("put", created["Location"], ADDRESS), "put", f"{book}/{{address_id}}")

    def test_to_bad_requests_are_documented_problems(self, conforms: Callable[[Any, str, str], bool]) -> None:
        api, shopper = "/api/v1", Shopper()

        assert conforms(shopper.get(f"{api}/catalog/products/nope"), "get", f"{api}/catalog/products/{{slug}}")
        assert conforms(shopper.get(f"{api}/catalog/products?page=0"), "get", f"{api}/catalog/products")
        assert conforms(shopper.send("post", f"{api}/basket/items", {"sku": "NOPE"}), "post", f"{api}/basket/items")
        assert conforms(shopper.send("post", f"{api}/orders/quote", {}), "post", f"{api}/orders/quote")
        assert conforms(shopper.get(f"{api}/orders"), "get", f"{api}/orders")

    def test_to_limited_operations_contain_the_time_of_the_next_attempt(
        self, conforms: Callable[[Any, str, str], bool], settings: Settings, schema: Json
    ) -> None:
        settings.COUPON_RATE_LIMIT = settings.ORDER_RATE_LIMIT = settings.BASKET_RATE_LIMIT = (0, DAY)
        shopper = Shopper()

        items = "/api/v1/basket/items"
        for path, method in (("/api/v1/basket/coupon", "put"), ("/api/v1/orders", "post"), (items, "post")):
            response = shopper.send(method, path, {"sku": "MUG"} if path == items else {})

            assert response.status_code == 429
            assert conforms(response, method, path)
            assert 0 < int(response["Retry-After"]) <= DAY
            assert "Retry-After" in schema["paths"][path][method]["responses"]["429"]["headers"]

    def test_to_undocumented_methods_list_the_documented_ones(self, schema: Json) -> None:
        robin = customer()

        for path, methods in schema["paths"].items():
            for method in sorted(METHODS - methods.keys()):
                response = send(robin, method, path, b"{}")

                assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json"), (
                    method,
                    path,
                )
                assert {allowed.lower() for allowed in response["Allow"].split(", ")} - {"options", "head"} == set(
                    methods
                )

    @pytest.mark.parametrize(
        "body", [b"{", b"[]", b'"x"', b"null", b"", rb'{"a": "\ud800"}', b"\xff", b'{"a":' + b"[" * 10_000], ids=repr
    )
    def test_to_any_bad_body_are_client_errors(self, schema: Json, body: bytes) -> None:
        robin = customer()

        for path, method, operation in operations(schema):
            if "requestBody" in operation:
                response = send(robin, method, path, body)

                assert 400 <= response.status_code < 500, (method, path)


class TestTheDocumentationPage:
    def test_needs_no_other_host(self) -> None:
        for address in ("/api/docs/", "/api/docs/?script="):
            page = Client().get(address)

            assert page.status_code == 200
            assert re.findall(r"""["'(](?:https?:)?//[^"')\s]+""", page.content.decode()) == []

    def test_shows_the_document(self) -> None:
        script = Client().get("/api/docs/?script=").content.decode()
        page = Client().get("/api/docs/").content.decode()

        assert "/api/schema/" in script
        for asset in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
            assert Client().get(asset).status_code == 200, asset
