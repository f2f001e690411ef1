"""Messages that always fail or kill their worker, and slow handlers: operators see them, and others are not delayed."""

from collections import Counter
from uuid import uuid4

from tests.conformance.buses import BusUnderTest
from tests.conformance.fleet import Fleet
from tests.conformance.probe import faults
from tests.conformance.probe.messages import ProbedOutside
from tests.conformance.probe.short_timeouts import MAX_ATTEMPTS
from tests.conformance.probes import RECEIVERS, SENDER, dead, is_idle, once, probes, recorded, replay_all, send

ALWAYS = 99


def test_a_message_that_fails_a_few_times_is_retried_until_it_succeeds(running: Fleet) -> None:
    send_failing = probes(3)
    for probe in send_failing:
        faults.inject(f"fails basket {probe.probe_id}", times=MAX_ATTEMPTS - 1)
    send(*send_failing)

    running.wait_until(is_idle)

    assert recorded("basket") == once(send_failing)


def test_a_message_that_always_fails_becomes_dead_blocks_no_others_and_can_be_replayed(
    bus: BusUnderTest, running: Fleet
) -> None:
    before, poison, after = sent = probes(3)
    faults.inject(fault := f"fails basket {poison.probe_id}", times=ALWAYS)
    send(*sent)
    running.wait_until(is_idle)

    assert list(dead("basket")) == [poison.probe_id]
    assert "ValueError in record" in dead("basket")[poison.probe_id]
    assert recorded("basket") == once([before, after])
    assert recorded("catalog") == once(sent), "another subscriber's failure does not affect it"
    running.wait_until(lambda: bus.broker.waiting() == 0)  # the message does not circulate in the broker

    faults.remove(fault)
    assert replay_all() == 1
    running.wait_until(is_idle)

    assert recorded("basket") == once(sent)


def test_a_message_that_always_kills_its_worker_becomes_dead_and_no_other_does(
    bus: BusUnderTest, running: Fleet
) -> None:
    before, deadly, after = sent = probes(3)
    faults.inject(f"dies before commit basket {deadly.probe_id}", times=ALWAYS)
    send(*sent)

    running.wait_until(is_idle)

    assert running.deaths == MAX_ATTEMPTS
    assert "it may end its process" in dead("basket")[deadly.probe_id]
    assert recorded("basket") == once([before, after])
    assert recorded("catalog") == once(sent)
    running.wait_until(lambda: bus.broker.waiting() == 0)  # the message does not circulate in the broker


def test_a_slow_receiver_delays_no_other(running: Fleet) -> None:
    sent = probes(30)
    for probe in sent:
        faults.inject(f"slow basket {probe.probe_id}")
    send(*sent)

    running.wait_until(lambda: recorded("catalog") == once(sent))
    assert not recorded("basket")
    for probe in sent:
        faults.remove(f"slow basket {probe.probe_id}")
    running.wait_until(is_idle)

    assert [recorded(context) for context in RECEIVERS] == [once(sent)] * 2


def test_a_slow_external_system_is_called_once_for_each_message(fleet: Fleet) -> None:
    sent = [ProbedOutside(probe_id=uuid4(), key="x") for _ in range(10)]
    send(*sent)
    fleet.start(SENDER, "basket", "basket")

    fleet.wait_until(is_idle)

    assert Counter(faults.reported()) == {str(probe.probe_id): 1 for probe in sent}
    assert recorded("basket", by="record_answer") == once(sent)
