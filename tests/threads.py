"""Concurrency: clients in threads, and the dispatcher beside them."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Event
from typing import Any, TypeVar, cast

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone
from django.utils.module_loading import import_string

from messaging import dispatcher
from messaging.models import InboxMessage
from tests.mailbox import collect

T = TypeVar("T")

CELERY = "messaging.buses.celery.bus.CeleryBus"
CLIENTS = 16
TIMEOUT = 180  # seconds within which everything must be settled
SOON = timedelta(minutes=2)  # messages that are due later, for example at an order's deadline, are not waited for


def concurrently(*calls: Callable[[], T]) -> list[T]:
    """Make the calls at the same time, each in its own thread, and return their results."""
    start = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        start.wait()
        return call()

    return in_threads(calls, run, threads=len(calls))


def interleaved(monkeypatch: pytest.MonkeyPatch, where: str, first: Callable[[], object], second: Callable[[], T]) -> T:
    """
    Pause `first` before it calls a function, until `second` waits for a row lock; return the result of `second`.

    :param where: the function's full name, in the module that calls it.
    """
    real, paused = import_string(where), Event()

    def pause_and_call(*args: Any, **more: Any) -> Any:
        if not paused.is_set():
            paused.set()
            wait_until_blocked()
        return real(*args, **more)

    def run_second() -> T:
        assert paused.wait(TIMEOUT)
        return second()

    with monkeypatch.context() as patched:
        patched.setattr(where, pause_and_call)
        return cast("T", concurrently(first, run_second)[1])


def wait_until_blocked() -> None:
    """Wait until a connection to this database waits for a lock."""
    end = time.monotonic() + TIMEOUT
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as administrator:
        while administrator.execute(query).fetchone() == (0,):
            assert time.monotonic() < end, "no connection waits for a lock"
            time.sleep(0.02)


def in_threads(arguments: Iterable[object], call: Callable[..., T], *, threads: int = CLIENTS) -> list[T]:
    """Call a function with each argument, at most `threads` at a time, and return the results in order."""

    def run(argument: object) -> T:
        try:
            return call(argument)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, arguments))


@contextmanager
def dispatcher_running(threads: int = 2) -> Iterator[None]:
    """Run the dispatcher during the block, and until no message is pending."""
    end = dispatcher.start(threads, handles=not workers_handle())
    try:
        yield
        wait_until_idle()
    finally:
        end()


def workers_handle() -> bool:
    """Return whether workers, in other processes than the test's, handle messages."""
    return settings.BUS == CELERY


def wait_until_idle() -> None:
    """Wait until no message is pending or due soon; fail if a handler fails more than three times."""
    end = time.monotonic() + TIMEOUT
    while left := _pending():
        failing = [name for name, error, attempts in left if error and attempts > 3]
        assert not failing, f"fails repeatedly: {left}"
        assert time.monotonic() < end, f"still pending: {left}"
        time.sleep(0.05)
    collect()


def failures() -> list[tuple[str, str]]:
    """Return handler and error of each failure, including those that a retry repaired: these may be deadlocks."""
    return [
        failure
        for alias in settings.CONTEXTS.values()
        for failure in InboxMessage.objects.using(alias).exclude(last_error="").values_list("handler", "last_error")
    ]


def _pending() -> list[tuple[str, str, int]]:
    """Return name, last error and attempts of each pending message, in all contexts at one moment."""
    queues = [
        f"SELECT {name} AS name, last_error, attempts, available_at FROM {schema}.messaging_{queue}"  # noqa: S608
        f" WHERE state IN ('pending', 'sent')"
        for schema in settings.CONTEXTS
        for queue, name in (("outboxmessage", "type"), ("inboxmessage", "handler"))
    ]
    query = f"SELECT name, last_error, attempts FROM ({' UNION ALL '.join(queues)}) AS b WHERE available_at < %s"  # noqa: S608
    with psycopg.connect(settings.DATABASE_URL) as administrator:
        return administrator.execute(query.encode(), [timezone.now() + SOON]).fetchall()
