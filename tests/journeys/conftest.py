"""
The journeys, in process or, with `--bus celery`, over a broker with a worker process for each context.

The workers handle what they receive, unless a test breaks a handler, reads its log or sets the clock: in that case the
workers receive, store and acknowledge, and the test's own process handles.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from messaging.buses.celery.application import application
from messaging.dispatcher import run_until_idle
from messaging.relay import bus
from tests.mailbox import watching
from tests.messaging.celery.awaited import wait_until_empty
from tests.messaging.celery.processes import broker, broker_url, worker
from tests.server import free_port
from tests.shop import Shopper, coupon, create_variant
from tests.threads import CELERY, wait_until_idle, workers_handle

RUNS_MESSAGES = {"run_until_idle_at", "relay", "handle"}
UNRELATED_FIXTURES = {"carrier", "mailbox"}


class Workers:
    """A worker process for each context; either all of them handle what they store, or none."""

    def __init__(self, port: int, mailbox: Path) -> None:
        self.url, self.mailbox = broker_url(port), mailbox
        self._running = ExitStack()
        self._handle: bool | None = None

    def run(self, *, handle: bool) -> None:
        """Start the workers, and restart them if they run in the other mode."""
        if handle is not self._handle:
            self.end()
            self._handle = handle
            threads = "2" if handle else "0"
            for context in settings.CONTEXTS:
                started = worker(context, self.url, mailbox=self.mailbox, DISPATCHER_THREADS=threads)
                self._running.enter_context(started)

    def end(self) -> None:
        self._running.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """
    With Celery: commit for real, and sort the tests so that the workers restart only once.

    Other tests come first: the workers run until the end, and would handle messages that other tests leave behind.
    """
    if config.getoption("--bus") == "celery":
        journeys = {item for item in items if Path(__file__).parent in item.path.parents}
        for node in {node for item in journeys for node in item.listchain()}:
            node.own_markers = [mark for mark in node.own_markers if mark.name != "django_db"]
        items.sort(key=lambda item: (item in journeys, item in journeys and handles_in_process(item)))


def handles_in_process(item: Any) -> bool:
    """Return whether the test changes handlers or the clock, which it can do only in its own process."""
    changes = "monkeypatch" in item.fixturenames and UNRELATED_FIXTURES.isdisjoint(item.fixturenames)
    return changes or not RUNS_MESSAGES.isdisjoint(item.function.__code__.co_names)


@pytest.fixture(scope="session")
def workers(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    port = free_port()
    with broker(port), pytest.MonkeyPatch.context() as environment:
        workers = Workers(port, tmp_path_factory.mktemp("workers") / "mail")
        environment.setenv("CELERY_BROKER_URL", workers.url)  # for web servers that a test starts
        application.cache_clear()
        yield workers
        workers.end()
        application.cache_clear()


@pytest.fixture(autouse=True)
def selected_bus(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the messages of a test travel on the bus that `--bus` names."""
    if request.config.getoption("--bus") == "celery":
        request.getfixturevalue("real_commits")
        with over_celery(
            request.getfixturevalue("workers"),
            in_process=handles_in_process(request.node),
            mailbox=request.getfixturevalue("tmp_path"),
            settings=request.getfixturevalue("settings"),
        ):
            yield
    else:
        yield


@contextmanager
def over_celery(workers: Workers, *, in_process: bool, mailbox: Path, settings: Any) -> Iterator[None]:
    settings.CELERY_BROKER_URL = workers.url
    settings.BUS = "tests.messaging.celery.awaited.AwaitedBus" if in_process else CELERY
    bus.cache_clear()
    workers.mailbox.unlink(missing_ok=True)
    workers.mailbox.symlink_to(mailbox)
    workers.run(handle=not in_process)
    with watching(mailbox):
        yield
    if not in_process:
        wait_until_idle()
    wait_until_empty()
    bus.cache_clear()


@pytest.fixture
def drain(drain: Callable[[], None]) -> Callable[[], None]:
    """Like the drain of all tests; if workers handle messages, relay and wait until they have handled all."""

    def relay_and_wait() -> None:
        run_until_idle(settings.CONTEXTS, handles=False)
        wait_until_idle()

    return relay_and_wait if workers_handle() else drain


@pytest.fixture
def shopper() -> Shopper:
    """A shopper with the last mug (10.00 EUR) in the basket, and a coupon of 10 per cent that can be used once."""
    create_variant("MUG", price="10.00", on_hand=1)
    coupon("ONCE", max_uses=1)
    shopper = Shopper()
    shopper.add("MUG")
    shopper.send("put", "/api/v1/basket/coupon", {"code": "ONCE"})
    return shopper
