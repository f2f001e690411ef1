"""
Log lines without personal data: as JSON for machines, or readable.

An error may quote what a customer wrote (`Key (email)=(…) already exists`), so of an exception only its type and its
frames are written. Django's records about requests quote their path, so of these only the status is.
"""

import logging
import traceback
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import msgspec

from observability.tracing import current_attributes, current_traceparent


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object on one line, with what is known of the work that it was written in."""

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
    """Writes a record as text for people, with the same discretion."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {_message(record)}"
        if attributes := {**current_attributes(), **_record_attributes(record)}:
            line += f" [{' '.join(f'{name}={value}' for name, value in attributes.items())}]"
        error = _error(record)
        return f"{line}\n{_error_text(error_document(error))}" if error else line


def error_document(error: BaseException) -> dict[str, Any]:
    """Return the type of an error, where it passed (the innermost frame last), and the error that it came of."""
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
    """Return what is known of this line alone: the `attributes` among its `extra`."""
    attributes: dict[str, Any] = getattr(record, "attributes", {})
    return attributes


def _error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def _error_text(error: dict[str, Any]) -> str:
    lines = [error["type"], *(f"  {frame}" for frame in error["frames"])]
    return "\n".join([*lines, *([f"because of {_error_text(error['cause'])}"] if "cause" in error else [])])
