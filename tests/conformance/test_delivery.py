"""Delivery by a bus that duplicates, reorders or loses messages."""

import pytest

from building_blocks.databases.transactions import Database
from messaging.publishing import publish
from tests.conformance.fleet import Fleet
from tests.conformance.probe import faults
from tests.conformance.probes import RECEIVERS, SENDER, is_idle, once, probes, recorded, send


def test_every_subscriber_has_each_message_once(running: Fleet) -> None:
    send(*(sent := probes(20)))

    running.wait_until(is_idle)

    assert [recorded(context) for context in RECEIVERS] == [once(sent)] * 2


@pytest.mark.parametrize("fault", ["bus delivers twice", "bus turns round", "bus loses every second"])
def test_each_message_has_its_effect_once_where_the(running: Fleet, fault: str) -> None:
    faults.inject(fault)
    send(*(sent := probes(20)))

    running.wait_until(is_idle)

    assert [recorded(context) for context in RECEIVERS] == [once(sent)] * 2


def test_nothing_is_sent_by_a_transaction_that_rolls_back(running: Fleet) -> None:
    before, never, after = probes(3)
    send(before)
    with pytest.raises(ZeroDivisionError), Database(SENDER).atomic():
        publish(never)
        raise ZeroDivisionError
    send(after)

    running.wait_until(is_idle)

    assert [recorded(context) for context in RECEIVERS] == [once([before, after])] * 2
