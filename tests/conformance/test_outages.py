"""What is away for a while, and what has forgotten everything when it is back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from messaging.retention import delete_finished
from tests.conformance.buses import BusUnderTest
from tests.conformance.fleet import Fleet
from tests.conformance.probes import RECEIVERS, SENDER, UNDER_WAY, is_idle, once, probes, recorded, send, sql

LONG = timedelta(days=365)


@contextmanager
def database_away(context: str) -> Iterator[None]:
    """Cut a context's login off this one database, since the server may serve other tests' beside it."""
    name = settings.DATABASES[context]["NAME"]
    sql(f"REVOKE CONNECT ON DATABASE {name} FROM {context}")
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = %s", name, context)
    try:
        yield
    finally:
        sql(f"GRANT CONNECT ON DATABASE {name} TO {context}")


def test_a_receiver_whose_database_is_away_holds_up_no_other_and_gets_everything_later(running: Fleet) -> None:
    sent = probes(10)
    with database_away("basket"):
        send(*sent)
        running.wait_until(lambda: recorded("catalog") == once(sent))
    running.wait_until(is_idle)

    assert [recorded(context) for context in RECEIVERS] == [once(sent)] * 2


def test_who_has_a_message_and_has_forgotten_it_is_not_given_it_again(bus: BusUnderTest, fleet: Fleet) -> None:
    fleet.start(SENDER, *RECEIVERS)
    sent = probes(3)
    with database_away("basket"):
        send(*sent)
        fleet.wait_until(lambda: acknowledged_by("catalog") == len(sent) and recorded("catalog") == once(sent))
        fleet.kill()  # and with them what they were about to send, which would come before anything is forgotten
        bus.broker.purge()
        delete_finished("catalog", now=timezone.now() + LONG)
        connections.close_all()
        before = fewest_attempts()
        fleet.start(SENDER, *RECEIVERS)
        fleet.wait_until(lambda: fewest_attempts() > before)
    fleet.wait_until(is_idle)

    assert [recorded(context) for context in RECEIVERS] == [once(sent)] * 2


def acknowledged_by(context: str) -> int:
    return len(sql(f"SELECT 1 FROM {SENDER}.messaging_outboxmessage WHERE acknowledged_by ? %s", context))  # noqa: S608


def fewest_attempts() -> int:
    """Return how often the probe that was sent least often was sent, or was to be."""
    unsent = f"SELECT min(attempts) FROM {SENDER}.messaging_outboxmessage WHERE {UNDER_WAY}"  # noqa: S608
    return int(sql(unsent)[0][0] or 0)


class TestABrokerThat:
    @pytest.fixture(autouse=True)
    def broker(self, bus: BusUnderTest) -> None:
        if not bus.broker.url:
            pytest.skip("this bus has no broker")
        # RabbitMQ 3.10 that is killed after many of its quorum queues were deleted may bring back dead ones.
        bus.broker.wipe()
        bus.broker.start()

    def test_is_away_for_a_while_costs_nothing(self, bus: BusUnderTest, running: Fleet) -> None:
        send(*(before := probes(5)))
        running.wait_until(is_idle)
        bus.broker.kill()
        send(*(meanwhile := probes(5)))
        running.wait_until(lambda: fewest_attempts() > 1)
        bus.broker.start()
        running.wait_until(is_idle)

        assert [recorded(context) for context in RECEIVERS] == [once(before + meanwhile)] * 2

    def test_loses_what_it_held_costs_nothing(self, bus: BusUnderTest, fleet: Fleet) -> None:
        fleet.start(SENDER)
        send(*(sent := probes(5)))
        fleet.wait_until(lambda: bus.broker.waiting() == 2 * len(sent))
        bus.broker.kill()
        bus.broker.start()

        fleet.start(*RECEIVERS)
        fleet.wait_until(is_idle)

        assert [recorded(context) for context in RECEIVERS] == [once(sent)] * 2

    def test_forgets_everything_unnoticed_costs_nothing(self, bus: BusUnderTest, running: Fleet) -> None:
        send(*(before := probes(5)))
        running.wait_until(is_idle)
        bus.broker.purge()
        send(*(after := probes(5)))
        running.wait_until(is_idle)

        assert [recorded(context) for context in RECEIVERS] == [once(before + after)] * 2
