"""The operations of the API, read from its OpenAPI document, so that a new one is tested as soon as it exists."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

from django.test import Client

from tests.shop import Shopper

Json = dict[str, Any]

NIL_ID = "00000000-0000-0000-0000-000000000000"
PATH_VALUES = {
    "slug": "mug",
    "sku": "MUG",
    "number": "MH-00000-00000",
    "digest": "0" * 64,
    "address_id": NIL_ID,
    "product_id": NIL_ID,
}
ALLAUTH_PATH = "/api/v1/identity/app/v1/"
"""Under this path, allauth parses bodies by its own rules."""


class Operation(NamedTuple):
    """
    :param query: its query parameters, as in the document.
    :param body: a valid example, or None if it accepts no body.
    """

    id: str
    method: str
    path: str
    query: list[Json]
    body: Json | None

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters in its path."""
        return [part[1:].partition("}")[0] for part in self.path.split("/") if part.startswith("{")]

    def url(self, **values: str) -> str:
        """Return its URL with these values for the path's parameters, and otherwise those of PATH_VALUES."""
        path = self.path
        for name, value in (PATH_VALUES | values).items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        return path


def operations() -> list[Operation]:
    """Return every operation in the document."""
    return [
        Operation(
            operation["operationId"],
            method,
            path,
            [parameter for parameter in operation.get("parameters", ()) if parameter["in"] == "query"],
            _example(operation),
        )
        for path, methods in json.loads(_document())["paths"].items()
        for method, operation in methods.items()
    ]


@cache
def _document() -> bytes:
    return Client().get("/api/schema/", {"format": "json"}).content


def call(shopper: Shopper, operation: Operation, body: bytes | None = None, query: str = "", **values: str) -> Any:
    """Call an operation as a shopper, with its example or another body."""
    content = json.dumps(operation.body or {}).encode() if body is None else body
    headers = shopper._headers() | {"Idempotency-Key": "one"}
    url = operation.url(**values) + (f"?{query}" if query else "")
    return shopper.client.generic(operation.method.upper(), url, content, "application/json", headers=headers)


def fields_in(body: Json, pointer: str = "") -> Iterator[tuple[str, Json, str]]:
    """Yield for each field of a body its JSON pointer, the object that contains it, and its name."""
    for name, value in list(body.items()):
        if isinstance(value, dict):
            yield from fields_in(value, f"{pointer}/{name}")
        yield f"{pointer}/{name}", body, name


def _example(operation: Json) -> Json | None:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return next((dict(example["value"]) for example in content.get("examples", {}).values()), None)
