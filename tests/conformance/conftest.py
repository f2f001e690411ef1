"""A fleet for each test, on the bus that `--bus` names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.conformance.buses import BUSES, BusUnderTest
from tests.conformance.fleet import Fleet
from tests.conformance.probe import faults
from tests.conformance.probe.subscriptions import PROBE_SUBSCRIPTIONS
from tests.conformance.probes import RECEIVERS, SENDER, TABLE, administrator, sql


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
    """A fleet without workers, an empty broker, and a table in each receiver in which handlers record probes."""
    settings.SUBSCRIPTIONS = settings.SUBSCRIPTIONS | PROBE_SUBSCRIPTIONS
    monkeypatch.setattr(faults, "folder", tmp_path)
    for context in RECEIVERS:
        sql(TABLE.format(context))
    bus.broker.purge()
    fleet = Fleet(bus, tmp_path)
    yield fleet
    fleet.kill()


@pytest.fixture
def running(fleet: Fleet) -> Fleet:
    """One worker for each context."""
    fleet.start(SENDER, *RECEIVERS)
    return fleet
