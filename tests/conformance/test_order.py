"""Filters and ordering keys of subscriptions."""

from collections import defaultdict
from uuid import UUID, uuid4

import pytest

from tests.conformance.fleet import Fleet
from tests.conformance.probe import faults
from tests.conformance.probe.messages import ProbedInOrder
from tests.conformance.probes import RECEIVERS, SENDER, dead, effects, is_idle, once, probes, recorded, replay_all, send

KEYS = ("a", "b", "c")


def in_order(count: int, *, keys: tuple[str, ...] = KEYS) -> list[ProbedInOrder]:
    """Return this number of probes for each key, numbered from 0."""
    return [ProbedInOrder(probe_id=uuid4(), key=key, number=number) for number in range(count) for key in keys]


def recorded_in_order() -> dict[str, list[int]]:
    """Return for each key the numbers of its probes, in the order of their effects."""
    numbers = defaultdict(list)
    for handler, _, key, number in effects("basket"):
        if handler == "record_probe_in_order":
            numbers[key].append(number)
    return dict(numbers)


def failing(probe: ProbedInOrder, *, times: int) -> UUID:
    faults.inject(f"fails basket {probe.probe_id}", times=times)
    return probe.probe_id


def test_a_filter_selects_messages_and_the_sender_is_done_with_the_others(running: Fleet) -> None:
    red, grey, blue = *probes(1, colour="red"), *probes(1, colour="grey"), *probes(1, colour="blue")
    send(red, grey, blue)

    running.wait_until(is_idle)

    assert recorded("basket", by="record_coloured_probe") == once([red, blue])
    assert recorded("basket") == once([red, grey, blue]), "a handler without a filter gets all"


@pytest.mark.parametrize("fault", ["", "bus delivers twice", "bus turns round", "bus loses every second"])
def test_a_key_has_its_messages_in_order_from_several_workers_and_after_retries_where_the(
    fleet: Fleet, fault: str
) -> None:
    if fault:
        faults.inject(fault)
    sent = in_order(6)
    for probe in sent[::4]:
        failing(probe, times=1)
    fleet.start(*(SENDER, "basket") * 2)
    send(*sent)

    fleet.wait_until(is_idle)

    assert recorded_in_order() == {key: list(range(6)) for key in KEYS}


def test_a_key_stays_in_order_if_a_worker_dies_while_handling(fleet: Fleet) -> None:
    sent = in_order(5)
    faults.inject(f"dies before commit basket {sent[3].probe_id}")
    fleet.start(*(SENDER, "basket") * 2)
    send(*sent)

    fleet.wait_until(is_idle)

    assert recorded_in_order() == {key: list(range(5)) for key in KEYS}


def test_a_dead_message_blocks_only_its_own_key_until_it_is_replayed(running: Fleet) -> None:
    sent = in_order(4, keys=("a", "b"))
    poison = next(probe for probe in sent if (probe.key, probe.number) == ("a", 1))
    failing(poison, times=99)
    send(*sent, *(others := probes(3, key="a")))

    running.wait_until(
        lambda: (
            poison.probe_id in dead("basket")
            and recorded_in_order() == {"a": [0], "b": [0, 1, 2, 3]}
            and all(recorded(context) == once(others) for context in RECEIVERS)
        )
    )
    faults.remove(f"fails basket {poison.probe_id}")
    replay_all()
    running.wait_until(is_idle)

    assert recorded_in_order() == {"a": [0, 1, 2, 3], "b": [0, 1, 2, 3]}
