"""
Log formatters that write no personal data: as JSON for machines, or as text for people.

The text of an exception may quote what a customer wrote (`Key (email)=(…) already exists`), so only its type and its
frames are written. Django's log records about requests quote the path, so only their status is written.
"""

import logging
import traceback
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import msgspec

from observability.tracing import current_attributes, current_traceparent


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object on one line, with the attributes of the current span."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if traceparent := current_traceparent():
            line["trace_id"] = traceparent.split("-")[1]
        line |= {**current_attributes(), **_record_attributes(record)}
        if error := _error(record):
            line["error"] = error_document(error)
        return msgspec.json.encode(line).decode()


class TextFormatter(logging.Formatter):
    """Formats a record as text for people, with the same rules."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {_message(record)}"
        if attributes := {**current_attributes(), **_record_attributes(record)}:
            line += f" [{' '.join(f'{name}={value}' for name, value in attributes.items())}]"
        error = _error(record)
        return f"{line}\n{_error_text(error_document(error))}" if error else line


def error_document(error: BaseException) -> dict[str, Any]:
    """Return the type of an error, its frames (the innermost last), and the same of its cause."""
    frames = traceback.walk_tb(error.__traceback__)
    document: dict[str, Any] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "frames": [f"{f.f_code.co_filename}:{line}:{f.f_code.co_name}" for f, line in frames],
    }
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return document | {"cause": error_document(cause)} if cause else document


def _message(record: logging.LogRecord) -> str:
    status = getattr(record, "status_code", None)
    return f"answered {status} {HTTPStatus(status).phrase}" if status else record.getMessage()


def _record_attributes(record: logging.LogRecord) -> dict[str, Any]:
    """Return the attributes of one record: the `attributes` in its `extra`."""
    attributes: dict[str, Any] = getattr(record, "attributes", {})
    return attributes


def _error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def _error_text(error: dict[str, Any]) -> str:
    lines = [error["type"], *(f"  {frame}" for frame in error["frames"])]
    return "\n".join([*lines, *([f"because of {_error_text(error['cause'])}"] if "cause" in error else [])])
