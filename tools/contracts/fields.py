"""A schema as the list of its fields by path, which can be compared and named in a message."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tools.contracts.schemas import Schema


@dataclass(frozen=True, slots=True)
class Field:
    """
    A field of a schema; its path is the key under which it is listed.

    :param kind: its type in words, such as "uuid or null".
    :param parent: the path of the object to which it belongs.
    :param default: the value of a field that is left out, as JSON, or "".
    """

    kind: str
    parent: str
    required: bool
    default: str


def fields_of(schema: Schema, definitions: dict[str, Schema]) -> dict[str, Field]:
    """
    Return every field that the schema describes, also those within others, by path.

    `lines[].price.amount` is a field of an object in an object in a list, `[]` an element of a list, `{}` a value of a
    mapping, and "" the whole schema.
    """
    return dict(_walk(schema, definitions, path="", parent="", required=True))


def _walk(
    schema: Schema, definitions: dict[str, Schema], *, path: str, parent: str, required: bool
) -> Iterator[tuple[str, Field]]:
    parts = _parts(schema, definitions)
    kind = " or ".join(sorted({_kind(part) for part in parts}))
    default = json.dumps(schema["default"]) if "default" in schema else ""
    yield path, Field(kind, parent, required, default)
    for part in parts:
        for name, inner in part.get("properties", {}).items():
            inner_path = f"{path}.{name}" if path else name
            yield from _walk(inner, definitions, path=inner_path, parent=path, required=name in part["required"])
        for keyword, suffix in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(part.get(keyword), dict):
                yield from _walk(part[keyword], definitions, path=path + suffix, parent=path, required=True)


def _parts(schema: Schema, definitions: dict[str, Schema]) -> list[Schema]:
    """Return the alternatives that a schema allows: mostly one, itself."""
    if "$ref" in schema:
        return _parts(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return (
        [part for option in schema["anyOf"] for part in _parts(option, definitions)] if "anyOf" in schema else [schema]
    )


def _kind(schema: Schema) -> str:
    """Return a description of the value itself; values inside it have paths of their own."""
    keywords = {keyword: value for keyword, value in schema.items() if not isinstance(value, dict)}
    constraints: dict[str, Any] = {
        keyword: value for keyword, value in keywords.items() if keyword not in ("required", "default")
    }
    if "enum" in constraints:
        return f"one of {', '.join(str(value) for value in constraints['enum'])}"
    kind = constraints.pop("type", "anything")
    kind = constraints.pop("format", kind)
    return f"{kind} {json.dumps(constraints, sort_keys=True)}" if constraints else str(kind)
