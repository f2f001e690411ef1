"""Two releases at once, as there are while processes are replaced one by one."""

from uuid import uuid4

from tests.conformity.fleet import Fleet
from tests.conformity.probe.messages import ProbedAnew
from tests.conformity.probes import RECEIVERS, SENDER, at_rest, noted, once, send, sql


def test_a_message_that_older_senders_have_never_heard_of_is_left_to_newer_ones(fleet: Fleet) -> None:
    fleet.start(SENDER, SENDER, release="older")
    fleet.start(*RECEIVERS)
    send(*(sent := [ProbedAnew(probe_id=uuid4(), key="x") for _ in range(3)]))
    fleet.wait_until(lambda: bool(sql(f"SELECT 1 FROM {SENDER}.messaging_outboxmessage WHERE attempts > 0")))  # noqa: S608

    fleet.start(SENDER)
    fleet.wait_until(at_rest)

    assert [noted(context, by="note_new_probe") for context in RECEIVERS] == [once(sent)] * 2


def test_a_message_that_older_receivers_have_never_heard_of_waits_for_newer_ones(fleet: Fleet) -> None:
    fleet.start(SENDER)
    older = fleet.start(*RECEIVERS, release="older")
    send(*(sent := [ProbedAnew(probe_id=uuid4(), key="x") for _ in range(3)]))
    fleet.wait_until(lambda: bool(sql(f"SELECT 1 FROM {SENDER}.messaging_outboxmessage WHERE attempts > 0")))  # noqa: S608

    for worker in older:
        fleet.end(worker)
    fleet.start(*RECEIVERS)
    fleet.wait_until(at_rest)

    assert [noted(context, by="note_new_probe") for context in RECEIVERS] == [once(sent)] * 2
