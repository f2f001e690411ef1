"""Databases and brokers that are unavailable for a while, and brokers that come back empty."""

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
from tests.conformance.probes import RECEIVERS, SENDER, UNFINISHED, is_idle, once, probes, recorded, send, sql

LONG = timedelta(days=365)


@contextmanager
def database_away(context: str) -> Iterator[None]:
    """Revoke a context's access to this one database; the server may serve other tests, too."""
    name = settings.DATABASES[context]["NAME"]
    sql(f"REVOKE CONNECT ON DATABASE {name} FROM {context}")
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = %s", name, context)
    try:
        yield
    finally:
        sql(f"GRANT CONNECT ON DATABASE {name} TO {context}")


def test_a_receiver_without_its_database_delays_no_other_and_gets_everything_later(running: Fleet) -> None:
    sent = probes(10)
    with database_away("basket"):
        send(*sent)
        running.wait_until(lambda: recorded("catalog") == once(sent))
    running.wait_until(is_idle)

    assert [recorded(context) for context in RECEIVERS] == [once(sent)] * 2


def test_a_receiver_that_has_deleted_a_message_does_not_get_it_again(bus: BusUnderTest, fleet: Fleet) -> None:
    fleet.start(SENDER, *RECEIVERS)
    sent = probes(3)
    with database_away("basket"):
        send(*sent)
        fleet.wait_until(lambda: acknowledged_by("catalog") == len(sent) and recorded("catalog") == once(sent))
        fleet.kill()  # and the messages that they were about to send, which would arrive before the deletion
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
    """Return the lowest number of attempts of the unfinished probes."""
    unsent = f"SELECT min(attempts) FROM {SENDER}.messaging_outboxmessage WHERE {UNFINISHED}"  # noqa: S608
    return int(sql(unsent)[0][0] or 0)


class TestABrokerThat:
    @pytest.fixture(autouse=True)
    def broker(self, bus: BusUnderTest) -> None:
        if not bus.broker.url:
            pytest.skip("this bus has no broker")
        # If RabbitMQ 3.10 is killed after many quorum queues were deleted, it may restore deleted ones.
        bus.broker.wipe()
        bus.broker.start()

    def test_is_unavailable_for_a_while_loses_no_message(self, bus: BusUnderTest, running: Fleet) -> None:
        send(*(before := probes(5)))
        running.wait_until(is_idle)
        bus.broker.kill()
        send(*(meanwhile := probes(5)))
        running.wait_until(lambda: fewest_attempts() > 1)
        bus.broker.start()
        running.wait_until(is_idle)

        assert [recorded(context) for context in RECEIVERS] == [once(before + meanwhile)] * 2

    def test_loses_its_queues_loses_no_message(self, bus: BusUnderTest, fleet: Fleet) -> None:
        fleet.start(SENDER)
        send(*(sent := probes(5)))
        fleet.wait_until(lambda: bus.broker.waiting() == 2 * len(sent))
        bus.broker.kill()
        bus.broker.start()

        fleet.start(*RECEIVERS)
        fleet.wait_until(is_idle)

        assert [recorded(context) for context in RECEIVERS] == [once(sent)] * 2

    def test_forgets_everything_unnoticed_loses_no_message(self, bus: BusUnderTest, running: Fleet) -> None:
        send(*(before := probes(5)))
        running.wait_until(is_idle)
        bus.broker.purge()
        send(*(after := probes(5)))
        running.wait_until(is_idle)

        assert [recorded(context) for context in RECEIVERS] == [once(before + after)] * 2
