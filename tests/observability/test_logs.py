"""Log lines: each is one JSON object with the attributes of the span, and does not contain an error's text."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.utils.module_loading import import_string
from granian.log import LOGGING_CONFIG

from observability.logs import JsonFormatter, TextFormatter
from observability.tracing import set_attributes, span


def record(message: str = "something happened", *, error: BaseException | None = None, **more: Any) -> Any:
    error_info = (type(error), error, error.__traceback__) if error else None
    log_record = logging.LogRecord("shop", logging.INFO, __file__, 1, message, (), error_info)
    vars(log_record).update(more)
    return log_record


def line(**arguments: Any) -> dict[str, Any]:
    text = JsonFormatter().format(record(**arguments))
    assert "\n" not in text
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def make_error() -> Exception:
    """Return an error that quotes an e-mail address; its cause is an error of Postgres that quotes it too."""
    try:
        try:
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT %s::int", ["ada@example.com"])
        except DatabaseError as error:
            raise ValueError("ada@example.com is not a number") from error
    except ValueError:
        return sys.exc_info()[1]  # type: ignore[return-value]
    raise AssertionError


class TestJsonFormatter:
    def test_adds_the_attributes_of_the_current_span(self) -> None:
        with span("handle", context="catalog", message_id="m-1") as traceparent:
            set_attributes(order_id="o-1")
            parsed = line()

        assert parsed["trace_id"] == traceparent.split("-")[1]
        assert (parsed["context"], parsed["message_id"], parsed["order_id"]) == ("catalog", "m-1", "o-1")
        assert {"level", "logger", "message", "time"} == line().keys()

    def test_escapes_line_breaks(self) -> None:
        assert line(message='two\n{"lines": 2}')["message"] == 'two\n{"lines": 2}'


@pytest.mark.django_db
class TestAnError:
    def test_is_logged_with_its_type_frames_and_cause(self) -> None:
        error = line(error=make_error())["error"]

        assert error["type"] == "builtins.ValueError"
        assert error["frames"][-1].endswith(":make_error")
        assert error["cause"]["type"] == "django.db.utils.DataError"

    @pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
    def test_is_never_quoted(self, formatter: logging.Formatter) -> None:
        error = make_error()
        assert "ada@" in str(error), "Python's own formatter would quote it"
        assert "ada@" in str(error.__cause__)

        text = formatter.format(record(error=error))

        assert "ValueError" in text
        assert "ada@" not in text


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
def test_a_record_about_a_request_contains_its_status_and_not_its_path(formatter: logging.Formatter) -> None:
    text = formatter.format(record("Internal Server Error: /reset/secret-token", status_code=500))

    assert "answered 500 Internal Server Error" in text
    assert "secret-token" not in text


def test_log_lines_of_the_web_server_are_json_too() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    configured = json.loads((root / "deploy" / "granian_logging.json").read_text("utf-8"))["formatters"]

    formatters: Any = LOGGING_CONFIG["formatters"]
    assert configured.keys() == formatters.keys()
    assert all(import_string(formatter["()"]) is JsonFormatter for formatter in configured.values())
    assert '"--log-config", "deploy/granian_logging.json"' in (root / "Dockerfile").read_text("utf-8")
