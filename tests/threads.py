"""Doing things at once: clients in threads of their own, and the dispatcher beside them."""

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
TIMEOUT = 180  # seconds until everything must be settled
SOON = timedelta(minutes=2)  # what is due later than this, an order's deadline say, is not waited for


def concurrently(*calls: Callable[[], T]) -> list[T]:
    """Make the calls at the same moment, each in a thread of its own, and return what each returned."""
    start = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        start.wait()
        return call()

    return in_threads(calls, run, threads=len(calls))


def interleaved(monkeypatch: pytest.MonkeyPatch, where: str, first: Callable[[], object], second: Callable[[], T]) -> T:
    """
    Let `first` pause where it calls a function, until `second` waits for a row that it holds; return what that did.

    :param where: the function's full name, as the module that calls it imports it.
    """
    real, paused = import_string(where), Event()

    def slowly(*args: Any, **more: Any) -> Any:
        if not paused.is_set():
            paused.set()
            wait_until_blocked()
        return real(*args, **more)

    def after() -> T:
        assert paused.wait(TIMEOUT)
        return second()

    with monkeypatch.context() as patched:
        patched.setattr(where, slowly)
        return cast("T", concurrently(first, after)[1])


def wait_until_blocked() -> None:
    """Return when a connection to this database waits for what another has locked."""
    end = time.monotonic() + TIMEOUT
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as administrator:
        while administrator.execute(query).fetchone() == (0,):
            assert time.monotonic() < end, "nobody waits for what is locked"
            time.sleep(0.02)


def in_threads(things: Iterable[object], do: Callable[..., T], *, threads: int = CLIENTS) -> list[T]:
    """Do something with each of the things, so many at a time, and return what came of each."""

    def done(thing: object) -> T:
        try:
            return do(thing)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(done, things))


@contextmanager
def dispatcher_running(threads: int = 2) -> Iterator[None]:
    """Run the dispatcher meanwhile, and afterwards until nothing is left to do."""
    end = dispatcher.start(threads, handles=not workers_handle())
    try:
        yield
        wait_until_idle()
    finally:
        end()


def workers_handle() -> bool:
    """Tell whether messages are handled by workers, in other processes than the test's."""
    return settings.BUS == CELERY


def wait_until_idle() -> None:
    """Wait until no message is under way, nor will be soon; a handler that fails again and again fails the test."""
    end = time.monotonic() + TIMEOUT
    while left := _under_way():
        failing = [name for name, error, attempts in left if error and attempts > 3]
        assert not failing, f"fails again and again: {left}"
        assert time.monotonic() < end, f"still under way: {left}"
        time.sleep(0.05)
    collect()


def failures() -> list[tuple[str, str]]:
    """Name the handlers that failed, if only once and whatever came of the next try: deadlocks hide there."""
    return [
        failed
        for alias in settings.CONTEXTS.values()
        for failed in InboxMessage.objects.using(alias).exclude(last_error="").values_list("handler", "last_error")
    ]


def _under_way() -> list[tuple[str, str, int]]:
    """Return name, last error and attempts of each message, as they are in all contexts at one single moment."""
    queues = [
        f"SELECT {name} AS name, last_error, attempts, available_at FROM {schema}.messaging_{queue}"  # noqa: S608
        f" WHERE state IN ('pending', 'sent')"
        for schema in settings.CONTEXTS
        for queue, name in (("outboxmessage", "type"), ("inboxmessage", "handler"))
    ]
    query = f"SELECT name, last_error, attempts FROM ({' UNION ALL '.join(queues)}) AS b WHERE available_at < %s"  # noqa: S608
    with psycopg.connect(settings.DATABASE_URL) as administrator:
        return administrator.execute(query.encode(), [timezone.now() + SOON]).fetchall()
