"""A start while the database is away: it waits and says so, and gives up in one line."""

import logging
from unittest.mock import Mock

import psycopg
import pytest
from django.core.management import CommandError, call_command

from provisioning import provision

AWAY = psycopg.OperationalError("connection refused\nIs the server running?")


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provision, "LOOK_EVERY", 0.01)


def test_waits_for_the_server_and_says_so(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    connect = Mock(side_effect=[AWAY, AWAY, Mock()])
    monkeypatch.setattr(provision, "_connect", connect)

    provision._wait_for_server("postgresql://db.example/shop", patience=60)

    assert connect.call_count == 3
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(lines) == 2
    assert all("waiting for the database" in line and line.endswith("connection refused") for line in lines)


def test_gives_up_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provision, "_connect", Mock(side_effect=AWAY))

    with pytest.raises(CommandError) as refusal:
        call_command("provision", wait=0.05)

    assert str(refusal.value) == "The database refuses: connection refused. Is DATABASE_URL right?"
