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

from telemetry.tracing import current_traceparent, known


class JsonLines(logging.Formatter):
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
        line |= {**known(), **_facts(record)}
        if error := _error(record):
            line["error"] = described(error)
        return msgspec.json.encode(line).decode()


class ReadableLines(logging.Formatter):
    """Writes a record as text for people, with the same discretion."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {_message(record)}"
        if facts := {**known(), **_facts(record)}:
            line += f" [{' '.join(f'{name}={fact}' for name, fact in facts.items())}]"
        error = _error(record)
        return f"{line}\n{_written(described(error))}" if error else line


def described(error: BaseException) -> dict[str, Any]:
    """Return the type of an error, where it passed (the innermost frame last), and the error that it came of."""
    frames = traceback.walk_tb(error.__traceback__)
    found: dict[str, Any] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "frames": [f"{f.f_code.co_filename}:{line}:{f.f_code.co_name}" for f, line in frames],
    }
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found | {"cause": described(cause)} if cause else found


def _message(record: logging.LogRecord) -> str:
    status = getattr(record, "status_code", None)
    return f"answered {status} {HTTPStatus(status).phrase}" if status else record.getMessage()


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    """Return what is known of this line alone: the `facts` among its `extra`."""
    facts: dict[str, Any] = getattr(record, "facts", {})
    return facts


def _error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def _written(error: dict[str, Any]) -> str:
    lines = [error["type"], *(f"  {frame}" for frame in error["frames"])]
    return "\n".join([*lines, *([f"because of {_written(error['cause'])}"] if "cause" in error else [])])
