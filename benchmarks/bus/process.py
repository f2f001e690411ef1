"""
A process of the shop that publishes on request: `python -m benchmarks.bus.process`.

Like a web process it relays, and handles unless there is a broker. Each line of its standard input is a job in JSON;
for each job it prints a line with the result.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.bus.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.bus.traffic import PRICE, RECEIVER, SENDER, SKU, handled_at, measured, write_row  # noqa: E402
from building_blocks.databases.transactions import Database  # noqa: E402
from messaging import dispatcher, retention  # noqa: E402
from messaging.publishing import publish  # noqa: E402

PUBLISHERS = 4  # threads, of the eight that answer requests
TIMEOUT = 60.0  # seconds until the last message must be handled

sender = Database(SENDER)
threads = ThreadPoolExecutor(PUBLISHERS)


def publish_many(*, count: int, at_once: int) -> None:
    """Publish `count` messages, `at_once` of them in each transaction."""

    def publish_some(_: int) -> None:
        with sender.atomic():
            publish(*(measured(uuid4()) for _ in range(at_once)))

    list(threads.map(publish_some, range(count // at_once)))


def send_bare_tasks(*, count: int) -> None:
    """Send `count` tasks to Celery, without an outbox."""
    from benchmarks.bus.worker import BARE  # needs a broker
    from config.celery import app

    def send_one(_: int) -> None:
        app.send_task(BARE, (str(uuid4()), SKU, PRICE), queue=RECEIVER)

    list(threads.map(send_one, range(count)))


def delays(*, count: int, per_second: float) -> list[float]:
    """Publish evenly, and return for each message the milliseconds from its commit until this process handled it."""
    committed: dict[UUID, float] = {}
    began = time.perf_counter()
    for number in range(count):
        time.sleep(max(0.0, began + number / per_second - time.perf_counter()))
        message = uuid4()
        with sender.atomic():
            publish(measured(message))
        committed[message] = time.perf_counter()
    end = time.perf_counter() + TIMEOUT
    while not committed.keys() <= handled_at.keys() and time.perf_counter() < end:
        time.sleep(0.01)
    return [(handled_at[message] - at) * 1000 for message, at in committed.items()]


def transactions(*, count: int) -> list[float]:
    """Return the median milliseconds of a transaction that inserts one row, and of one that also publishes."""
    plain: list[float] = []
    publishing: list[float] = []
    for _ in range(count):
        for publishes, durations in ((False, plain), (True, publishing)):
            began, message = time.perf_counter(), uuid4()
            with sender.atomic():
                write_row(message, alias=SENDER)
                if publishes:
                    publish(measured(message))
            durations.append((time.perf_counter() - began) * 1000)
    return [statistics.median(plain), statistics.median(publishing)]


def deleted_per_second(*, batches: int) -> float:
    """Return how many messages `retention` deletes per second, if all finished ones are old enough."""
    later, began = timezone.now() + timedelta(days=settings.MESSAGES_KEPT + 1), time.perf_counter()
    contexts = (SENDER, RECEIVER) * batches
    deleted = sum(retention.delete_finished(context, now=later) for context in contexts)
    return deleted / (time.perf_counter() - began)


JOBS: dict[str, Callable[..., Any]] = {
    job.__name__: job for job in (publish_many, send_bare_tasks, delays, transactions, deleted_per_second)
}


def work() -> None:
    dispatcher.start(settings.DISPATCHER_THREADS, handles=not settings.CELERY_BROKER_URL)
    print("ready", flush=True)
    for line in sys.stdin:
        job: dict[str, Any] = json.loads(line)
        print(json.dumps(JOBS[job.pop("job")](**job)), flush=True)


if __name__ == "__main__":
    work()
