"""Queues of RabbitMQ, and messages when it dies or loses its data; only with `--bus rabbitmq`."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from kombu.connection import Connection

from messaging.buses.celery.bus import CeleryBus
from messaging.buses.celery.topology import DEAD_LETTERS, MAX_DELIVERIES
from messaging.envelope import Envelope
from tests.messaging.celery.processes import worker
from tests.messaging.celery.rabbitmq import RabbitMQ
from tests.shop import NOW, Shopper, create_variant
from tests.threads import wait_until_idle

EVENT = Envelope(type="ordering.order_confirmed.v1", source="ordering", subject="x", time=NOW, data={}, traceparent="")


@pytest.fixture(scope="module")
def rabbitmq(request: pytest.FixtureRequest) -> Iterator[RabbitMQ]:
    if request.config.getoption("--bus") != "rabbitmq":
        pytest.skip("for `make test-rabbitmq`")
    broker = RabbitMQ()
    broker.start()
    yield broker
    broker.wipe()


@pytest.fixture
def sender(rabbitmq: RabbitMQ, connect: Callable[[str], None]) -> CeleryBus:
    """This process's end of the bus, without workers; the broker is empty."""
    rabbitmq.purge()
    connect(rabbitmq.url)
    return CeleryBus()


def test_a_message_reaches_each_subscriber_even_before_the_first_worker(rabbitmq: RabbitMQ, sender: CeleryBus) -> None:
    sender.deliver({"catalog": [EVENT], "basket": [EVENT]}, now=NOW)

    assert rabbitmq.lengths() == {"catalog": 1, "basket": 1, DEAD_LETTERS.name: 0}


def test_a_message_that_kills_its_worker_again_and_again_ends_among_the_dead_letters(
    rabbitmq: RabbitMQ, sender: CeleryBus
) -> None:
    sender.deliver({"catalog": [EVENT]}, now=NOW)

    received = 0
    with Connection(rabbitmq.url) as connection:
        while (channel := connection.channel()).basic_get("catalog"):
            channel.close()  # as the death of a worker does
            received += 1

    assert received == MAX_DELIVERIES + 1
    assert rabbitmq.lengths() == {"catalog": 0, DEAD_LETTERS.name: 1}


@pytest.mark.filterwarnings("error")  # an exception in a thread is a warning
def test_a_broker_that_refuses_the_password_counts_as_unavailable(
    rabbitmq: RabbitMQ, connect: Callable[[str], None]
) -> None:
    connect(Connection(rabbitmq.url).clone(password="wrong").as_uri(include_password=True))

    assert CeleryBus().is_unavailable()


def test_purchases_complete_if_the_broker_dies_or_comes_back_empty(
    rabbitmq: RabbitMQ, real_commits: None, tmp_path: Path
) -> None:
    create_variant("MUG", on_hand=5)
    shopper = Shopper()

    def buy(meanwhile: Callable[[], None]) -> str:
        shopper.add("MUG", 1)
        location = shopper.order()["Location"]
        meanwhile()
        wait_until_idle()
        return str(shopper.get(location).json()["status"])

    def die() -> None:
        rabbitmq.kill()
        rabbitmq.start()

    def wipe() -> None:
        rabbitmq.wipe()
        rabbitmq.start()

    with ExitStack() as workers:
        for context in ("catalog", "basket", "ordering"):
            workers.enter_context(worker(context, rabbitmq.url, mailbox=tmp_path))

        assert [buy(lambda: None), buy(die), buy(wipe)] == ["confirmed"] * 3
    assert rabbitmq.length("celery_delayed_0") is None, "the outbox holds messages back, not the broker"
