"""The payload of a message, compared with the class that declares it."""

from typing import Any

import msgspec

from messaging.declare import message_class


def schema_of(type: str) -> dict[str, Any] | None:  # noqa: A002 - CloudEvents' own word
    """Return the JSON Schema of a message's data, or None if this code does not declare the type."""
    cls = message_class(type)
    return msgspec.json.schema(cls) if cls else None


def schema_error(type: str, data: Any) -> str:  # noqa: A002 - as above
    """Return how the data do not match the schema, or "" if they do."""
    cls = message_class(type)
    if cls is None:
        return f"this code declares no message {type}"
    try:
        msgspec.convert(data, cls)
    except msgspec.ValidationError as error:
        return str(error)
    return ""
