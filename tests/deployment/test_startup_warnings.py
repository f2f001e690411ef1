"""Stand-ins are reported in the log at each start in production mode."""

import logging
from typing import Any

import pytest
from django.apps import apps

Settings = Any  # pytest-django's fixture


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"PAYMENT_PROVIDER": "demo"}, ["NO MONEY MOVES", "NO E-MAIL IS SENT"]),
        ({"PAYMENT_PROVIDER": "demo", "EMAIL_URL": "smtp://mail.example"}, ["NO MONEY MOVES"]),
        ({"PAYMENT_PROVIDER": "", "EMAIL_URL": "smtp://mail.example"}, []),
        ({"DEVELOPMENT": True}, []),
    ],
)
def test_stand_ins_are_warned_about(
    changed: dict[str, Any], expected: list[str], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in ({"DEVELOPMENT": False, "EMAIL_URL": ""} | changed).items():
        setattr(settings, name, value)

    apps.get_app_config("deployment").ready()

    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(lines) == len(expected)
    assert all(part in line for part, line in zip(expected, lines, strict=True))
