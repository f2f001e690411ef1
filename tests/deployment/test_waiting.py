"""A start while the database is down: it waits and logs that, and gives up with one line."""

import logging
from unittest.mock import Mock

import psycopg
import pytest
from django.core.management import CommandError, call_command

from provisioning import provision

UNREACHABLE = psycopg.OperationalError("connection refused\nIs the server running?")


@pytest.fixture(autouse=True)
def fast_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provision, "RETRY_INTERVAL", 0.01)


def test_waits_for_the_server_and_logs_it(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    connect = Mock(side_effect=[UNREACHABLE, UNREACHABLE, Mock()])
    monkeypatch.setattr(provision, "_connect", connect)

    provision._wait_for_server("postgresql://db.example/shop", timeout=60)

    assert connect.call_count == 3
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(lines) == 2
    assert all("waiting for the database" in line and line.endswith("connection refused") for line in lines)


def test_gives_up_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provision, "_connect", Mock(side_effect=UNREACHABLE))

    with pytest.raises(CommandError) as error:
        call_command("provision", wait=0.05)

    assert str(error.value) == "The database refuses: connection refused. Is DATABASE_URL right?"
