"""The buses under test: the broker of each, its worker, and the faults that kill a worker."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from tests.conformance.brokers import Broker, NoBroker, Valkey
from tests.conformance.workers import run_celery_worker, run_dispatcher
from tests.messaging.celery.rabbitmq import RabbitMQ

DEATHS = (
    "relay dies before handing over",
    "relay dies between two receivers",
    "relay dies after handing over",
    "receiver dies after storing",
)
DEATHS_WITH_ACKNOWLEDGEMENTS = (
    *DEATHS,
    "receiver dies before its acknowledgements",
    "relay dies of an acknowledgement",
)


@dataclass(frozen=True)
class BusUnderTest:
    """
    :param lease: the lease of a message, shortened; see `probe/short_timeouts.py`.
    :param run_worker: sends and receives for a context until SIGTERM; it is pickled, and runs in its own process.
    :param deaths: the faults that kill a worker between an outbox and an inbox.
    """

    broker: Broker
    lease: timedelta
    run_worker: Callable[[str], None]
    deaths: tuple[str, ...]


def in_process() -> BusUnderTest:
    return BusUnderTest(NoBroker(), timedelta(seconds=1), run_dispatcher, DEATHS)


def celery() -> BusUnderTest:
    broker = Valkey()
    return BusUnderTest(
        broker, timedelta(seconds=3), partial(run_celery_worker, broker.url), DEATHS_WITH_ACKNOWLEDGEMENTS
    )


def rabbitmq() -> BusUnderTest:
    broker = RabbitMQ()
    return BusUnderTest(
        broker, timedelta(seconds=3), partial(run_celery_worker, broker.url), DEATHS_WITH_ACKNOWLEDGEMENTS
    )


BUSES = {"in_process": in_process, "celery": celery, "rabbitmq": rabbitmq}
