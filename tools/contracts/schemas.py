"""JSON Schemas of the types in contracts, as msgspec reads and writes them, without their titles and docstrings."""

from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from datetime import datetime
from typing import Any, get_args, get_type_hints

import msgspec

Schema = dict[str, Any]


def schemas_of(types: dict[str, Any]) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """
    Return the schema of each type, and the definitions to which they refer as `#/$defs/<name>`.

    Titles and descriptions are left out, so that a schema changes only if the data does.
    """
    roots, definitions = msgspec.json.schema_components(types.values())
    for schema, type_ in zip(roots, types.values(), strict=True):
        _mark_datetimes(schema, type_)
    for cls in _classes_in(types.values()):
        for field, type_ in get_type_hints(cls).items():
            _mark_datetimes(definitions[cls.__name__]["properties"][field], type_)
    plain = {name: _plain(definitions[name]) for name in sorted(definitions)}
    return {name: _plain(schema) for name, schema in zip(types, roots, strict=True)}, plain


def _plain(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        keyword: {field: _plain(inner) for field, inner in value.items()} if keyword == "properties" else _plain(value)
        for keyword, value in schema.items()
        if keyword not in ("title", "description")
    }


def _mark_datetimes(schema: Any, type_: Any) -> None:
    """Mark times as times: for msgspec a time that may lack its zone is a string without a format."""
    if datetime not in _leaves(type_):
        return
    if isinstance(schema, dict) and schema.get("type") == "string":
        schema.setdefault("format", "date-time")
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _mark_datetimes(inner, type_)


def _classes_in(types: Iterable[Any]) -> list[type]:
    classes: list[type] = []
    pending = [leaf for type_ in types for leaf in _leaves(type_)]
    while pending:
        cls = pending.pop()
        if cls not in classes and (is_dataclass(cls) or hasattr(cls, "__struct_fields__")):
            classes.append(cls)
            pending += [leaf for type_ in get_type_hints(cls).values() for leaf in _leaves(type_)]
    return classes


def _leaves(type_: Any) -> Iterator[Any]:
    """Yield the types of which a type is composed: `Line` and None for `list[Line | None]`."""
    if inner := get_args(type_):
        for part in inner:
            yield from _leaves(part)
    else:
        yield type_
