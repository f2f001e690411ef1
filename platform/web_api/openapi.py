"""
The OpenAPI document. Responses are described by the dataclasses that are rendered, so document and response agree.

Requests are described by their serializers, which drf-spectacular reads without help.
"""

from typing import Any

import msgspec
from drf_spectacular.utils import OpenApiResponse

REFERENCE = "#/components/schemas/{name}"

_documented: set[Any] = set()


class Problem(msgspec.Struct, kw_only=True):
    """A problem document (RFC 9457); further members contain what a program needs to act on it."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: "list[ProblemField] | msgspec.UnsetType" = msgspec.UNSET


class ProblemField(msgspec.Struct):
    pointer: str
    code: str
    detail: str


def document(type_: Any, description: str = "") -> OpenApiResponse:
    """Return the documentation of a response of this type."""
    _documented.add(type_)
    (schema,), _ = msgspec.json.schema_components([type_], ref_template=REFERENCE)
    return OpenApiResponse(schema, description)


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """Return the documentation of the problem documents that an operation may respond with."""
    return {(status, "application/problem+json"): document(Problem) for status in statuses}


def add_bad_request_responses(result: dict[str, Any], **hook: Any) -> dict[str, Any]:
    """Document 400 for each operation, for example for an unknown parameter; a postprocessing hook."""
    problem_content = {"schema": {"$ref": REFERENCE.format(name=Problem.__name__)}}
    document(Problem)
    for methods in result.get("paths", {}).values():
        for operation in methods.values():
            response = operation["responses"].setdefault("400", {"description": "The request is invalid."})
            response.setdefault("content", {}).setdefault("application/problem+json", problem_content)
    return result


def add_schemas(result: dict[str, Any], **hook: Any) -> dict[str, Any]:
    """Add the schemas of all documented types to those that drf-spectacular found; a postprocessing hook."""
    _, schemas = msgspec.json.schema_components(_documented, ref_template=REFERENCE)
    result.setdefault("components", {}).setdefault("schemas", {}).update(schemas)
    return result
