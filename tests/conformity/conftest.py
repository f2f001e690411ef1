"""A fleet for each test, on the bus that `--bus` names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.conformity.buses import BUSES, BusUnderTest
from tests.conformity.fleet import Fleet
from tests.conformity.probe import troubles
from tests.conformity.probe.subscriptions import OF_PROBES
from tests.conformity.probes import RECEIVERS, SENDER, TABLE, administrator, sql


@pytest.fixture(scope="session")
def bus(request: pytest.FixtureRequest, django_db_setup: None) -> Iterator[BusUnderTest]:
    tested = BUSES[request.config.getoption("--bus")]()
    tested.broker.start()
    yield tested
    tested.broker.kill()
    administrator().close()


@pytest.fixture
def fleet(
    bus: BusUnderTest, real_commits: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Fleet]:
    """No worker yet, an empty broker, and a table in each receiver for what handlers note."""
    settings.SUBSCRIPTIONS = settings.SUBSCRIPTIONS | OF_PROBES
    monkeypatch.setattr(troubles, "folder", tmp_path)
    for context in RECEIVERS:
        sql(TABLE.format(context))
    bus.broker.empty()
    empty = Fleet(bus, tmp_path)
    yield empty
    empty.kill()


@pytest.fixture
def running(fleet: Fleet) -> Fleet:
    """One worker for each context."""
    fleet.start(SENDER, *RECEIVERS)
    return fleet
