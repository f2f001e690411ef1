"""What RabbitMQ is told, and what becomes of messages when it dies or forgets; only with `--bus rabbitmq`."""

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
    """This process's end of the bus, and no worker; the broker has forgotten all that was before."""
    rabbitmq.purge()
    connect(rabbitmq.url)
    return CeleryBus()


def test_one_message_reaches_each_subscriber_though_no_worker_ever_ran(rabbitmq: RabbitMQ, sender: CeleryBus) -> None:
    sender.deliver({"catalog": [EVENT], "basket": [EVENT]}, now=NOW)

    assert rabbitmq.lengths() == {"catalog": 1, "basket": 1, DEAD_LETTERS.name: 0}


def test_what_takes_its_worker_down_again_and_again_ends_where_a_person_sees_it(
    rabbitmq: RabbitMQ, sender: CeleryBus
) -> None:
    sender.deliver({"catalog": [EVENT]}, now=NOW)

    taken = 0
    with Connection(rabbitmq.url) as connection:
        while (channel := connection.channel()).basic_get("catalog"):
            channel.close()  # as the death of a worker does
            taken += 1

    assert taken == MAX_DELIVERIES + 1
    assert rabbitmq.lengths() == {"catalog": 0, DEAD_LETTERS.name: 1}


@pytest.mark.filterwarnings("error")  # what a thread raises is a warning
def test_a_broker_that_refuses_our_password_is_as_good_as_away(
    rabbitmq: RabbitMQ, connect: Callable[[str], None]
) -> None:
    connect(Connection(rabbitmq.url).clone(password="wrong").as_uri(include_password=True))

    assert CeleryBus().is_unavailable()


def test_purchases_run_to_their_end_whether_the_broker_dies_or_comes_back_empty(
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
    assert rabbitmq.length("celery_delayed_0") is None, "delays are the outbox's"
