"""The Celery bus: the queues to which it sends, in a real broker without workers, and what a receiver stores."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from socket import SHUT_RDWR, create_server, socket
from typing import Any

import msgspec
import pytest
import redis
from django.db import DataError
from kombu.exceptions import OperationalError

from messaging.buses.celery import acknowledgements, application
from messaging.buses.celery.bus import CeleryBus
from messaging.envelope import Envelope
from messaging.models import RESEND_AFTER, InboxMessage
from tests.messaging.celery.processes import HOST, broker
from tests.server import free_port
from tests.shop import NOW

CONTEXTS = ("catalog", "basket", "ordering")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    port = free_port()
    with broker(port):
        yield port


@pytest.fixture
def queues(port: int, connect: Callable[[str], None]) -> Iterator["redis.Redis"]:
    """A client of the broker, which is empty at first; this process's application sends to it."""
    connect(f"redis://{HOST}:{port}/0")
    client = redis.Redis(HOST, port)
    yield client
    client.flushall()


def order_confirmed() -> Envelope:
    """Return an event to which catalog and basket subscribe."""
    return Envelope(
        type="ordering.order_confirmed.v1", source="ordering", subject="x", time=NOW, data={}, traceparent=""
    )


def lengths(queues: "redis.Redis") -> dict[str, Any]:
    return {context: queues.llen(context) for context in CONTEXTS}


class TestTheSender:
    def test_publishes_a_message_once_for_all_subscribers(self, queues: "redis.Redis") -> None:
        envelope = order_confirmed()

        CeleryBus().deliver({"catalog": [envelope], "basket": [envelope]}, now=NOW)

        assert lengths(queues) == {"catalog": 1, "basket": 1, "ordering": 0}

    def test_publishes_all_messages_of_one_type_together(self, queues: "redis.Redis") -> None:
        envelopes = [order_confirmed(), order_confirmed()]

        CeleryBus().deliver({"catalog": envelopes, "basket": envelopes}, now=NOW)

        assert lengths(queues) == {"catalog": 1, "basket": 1, "ordering": 0}

    def test_resends_only_to_contexts_that_have_not_acknowledged(self, queues: "redis.Redis") -> None:
        envelope = order_confirmed()
        CeleryBus().deliver({"catalog": [envelope], "basket": [envelope]}, now=NOW)

        CeleryBus().deliver({"basket": [envelope]}, now=NOW)

        assert lengths(queues) == {"catalog": 1, "basket": 2, "ordering": 0}

    def test_reaches_queues_that_no_worker_has_bound_yet(self, queues: "redis.Redis") -> None:
        assert not queues.keys()

        CeleryBus().deliver({"catalog": [first := order_confirmed()], "basket": [first]}, now=NOW)

        assert lengths(queues)["catalog"] == 1

    def test_reaches_a_broker_that_has_lost_its_queues_when_it_resends(self, queues: "redis.Redis") -> None:
        batches = {"catalog": [lost := order_confirmed()], "basket": [lost]}
        CeleryBus().deliver(batches, now=NOW)
        queues.flushall()

        CeleryBus().deliver(batches, now=NOW)
        assert not any(lengths(queues).values()), "no queue is bound any more, and the broker reports no error"
        CeleryBus().deliver(batches, now=NOW + RESEND_AFTER)

        assert lengths(queues) == {"catalog": 1, "basket": 1, "ordering": 0}

    def test_tries_once_if_no_broker_answers_because_handlers_wait(self, connect: Callable[[str], None]) -> None:
        tries: list[socket] = []
        with create_server((HOST, 0)) as server, ThreadPoolExecutor() as pool:
            connect(f"redis://{HOST}:{server.getsockname()[1]}/0")
            pool.submit(_hang_up, server, tries)

            with pytest.raises(OperationalError):
                CeleryBus().deliver({"basket": [order_confirmed()]}, now=NOW)

            server.shutdown(SHUT_RDWR)
        assert len(tries) == 1


def _hang_up(server: socket, tries: list[socket]) -> None:
    with suppress(OSError):  # the test has ended
        while True:
            tries.append(server.accept()[0])
            tries[-1].close()


@pytest.mark.django_db(databases="__all__")
class TestTheReceiver:
    def test_stores_a_message_once_and_acknowledges_it_each_time(
        self, queues: "redis.Redis", monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(application, "consumed_contexts", lambda: {"basket"})
        envelope = msgspec.to_builtins(order_confirmed())

        for _ in range(2):
            application._receive([envelope])

        assert InboxMessage.objects.using("basket").count() == 1
        assert not InboxMessage.objects.using("catalog").exists(), "another worker serves catalog"
        assert acknowledgements.pop_all() == {("ordering", "basket"): [envelope["id"]] * 2}

    def test_acknowledges_no_message_that_it_could_not_store(
        self, queues: "redis.Redis", monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(application, "consumed_contexts", lambda: {"basket"})
        unstorable = replace(order_confirmed(), data={"note": "\x00"})  # Postgres refuses NUL in text

        with pytest.raises(DataError):
            application._receive([msgspec.to_builtins(unstorable)])

        assert acknowledgements.pop_all() == {}
