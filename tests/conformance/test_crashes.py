"""Workers that are killed at the worst moments, stopped by a deployment, or started more than once."""

import pytest

from tests.conformance.buses import BusUnderTest
from tests.conformance.fleet import Fleet
from tests.conformance.probe import faults
from tests.conformance.probes import RECEIVERS, SENDER, is_idle, once, probes, recorded, send

DEATHS_OF_A_HANDLER = ("dies before commit", "dies after commit")


def test_no_message_is_lost_or_duplicated_wherever_a_worker_dies(bus: BusUnderTest, running: Fleet) -> None:
    for death in bus.deaths:
        faults.inject(death)
        send(*(sent := probes(3)))

        running.wait_until(lambda: not faults.is_injected(death) and is_idle())  # noqa: B023 - called at once

        assert [recorded(context) & once(sent) for context in RECEIVERS] == [once(sent)] * 2, death
    assert running.deaths == len(bus.deaths)
    assert all(set(recorded(context).values()) == {1} for context in RECEIVERS)


@pytest.mark.parametrize("death", DEATHS_OF_A_HANDLER)
def test_a_handler_that_dies_has_its_effect_once(running: Fleet, death: str) -> None:
    sent = probes(3)
    deadly = sent[1]
    faults.inject(f"{death} basket {deadly.probe_id}")
    send(*sent)

    running.wait_until(is_idle)

    assert running.deaths == 1
    assert [recorded(context) for context in RECEIVERS] == [once(sent)] * 2


def test_any_number_of_senders_and_receivers_share_the_work(fleet: Fleet) -> None:
    send(*(sent := probes(40)))

    fleet.start(*(SENDER, *RECEIVERS) * 2)
    send(*(more := probes(40)))
    fleet.wait_until(is_idle)

    assert [recorded(context) for context in RECEIVERS] == [once(sent + more)] * 2


def test_a_worker_that_ends_on_request_loses_and_duplicates_nothing(fleet: Fleet) -> None:
    old = fleet.start(SENDER, *RECEIVERS)
    send(*(sent := probes(30)))
    fleet.wait_until(lambda: any(recorded(context) for context in RECEIVERS))

    for worker in old:
        fleet.start(worker.context)
        fleet.end(worker)
        send(*(more := probes(5)))
        sent += more
    fleet.wait_until(is_idle)

    assert [recorded(context) for context in RECEIVERS] == [once(sent)] * 2
    assert fleet.deaths == 0
