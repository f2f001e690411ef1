"""Two releases at once, as during a deployment that replaces processes one by one."""

from uuid import uuid4

from tests.conformance.fleet import Fleet
from tests.conformance.probe.messages import ProbedByNewRelease
from tests.conformance.probes import RECEIVERS, SENDER, is_idle, once, recorded, send, sql


def test_a_message_unknown_to_older_senders_is_left_to_newer_ones(fleet: Fleet) -> None:
    fleet.start(SENDER, SENDER, release="older")
    fleet.start(*RECEIVERS)
    send(*(sent := [ProbedByNewRelease(probe_id=uuid4(), key="x") for _ in range(3)]))
    fleet.wait_until(lambda: bool(sql(f"SELECT 1 FROM {SENDER}.messaging_outboxmessage WHERE attempts > 0")))  # noqa: S608

    fleet.start(SENDER)
    fleet.wait_until(is_idle)

    assert [recorded(context, by="record_new_probe") for context in RECEIVERS] == [once(sent)] * 2


def test_a_message_unknown_to_older_receivers_waits_for_newer_ones(fleet: Fleet) -> None:
    fleet.start(SENDER)
    older = fleet.start(*RECEIVERS, release="older")
    send(*(sent := [ProbedByNewRelease(probe_id=uuid4(), key="x") for _ in range(3)]))
    fleet.wait_until(lambda: bool(sql(f"SELECT 1 FROM {SENDER}.messaging_outboxmessage WHERE attempts > 0")))  # noqa: S608

    for worker in older:
        fleet.end(worker)
    fleet.start(*RECEIVERS)
    fleet.wait_until(is_idle)

    assert [recorded(context, by="record_new_probe") for context in RECEIVERS] == [once(sent)] * 2
