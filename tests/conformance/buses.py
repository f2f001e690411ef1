"""The buses that are tested: for each its broker, what a worker on it runs, and how it may die."""

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
    :param lease: how long its workers hold a message before others have a try; see `probe/short_timeouts.py`.
    :param run_worker: sends and receives for a context until SIGTERM, in a process of its own, to which it is sent.
    :param deaths: the faults by which a worker dies while a message is on its way to an inbox.
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
