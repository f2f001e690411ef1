"""Doing things at once: clients in threads of their own, and the dispatcher beside them."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

from django.conf import settings
from django.db import connections
from django.db.models import Q
from django.utils import timezone

from building_blocks.messaging import dispatcher
from building_blocks.messaging.models import InboxMessage, OutboxMessage

T = TypeVar("T")

CLIENTS = 16
PATIENCE = 60  # seconds until everything must be settled
SOON = timedelta(minutes=2)  # what is due later than this, an order's deadline say, is not waited for


def at_once(*calls: Callable[[], T]) -> list[T]:
    """Make the calls at the same moment, each in a thread of its own, and return what each returned."""
    start = Barrier(len(calls))

    def made(call: Callable[[], T]) -> T:
        start.wait()
        return call()

    return in_threads(calls, made, threads=len(calls))


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
def dispatching(threads: int = 2) -> Iterator[None]:
    """Run the dispatcher meanwhile, and afterwards until nothing is left to do."""
    end = dispatcher.start(threads)
    try:
        yield
        wait_until_at_rest()
    finally:
        end()


def wait_until_at_rest() -> None:
    """Wait until no message is under way, nor will be soon."""
    end = time.monotonic() + PATIENCE
    while left := [row for alias in settings.CONTEXTS.values() for row in _under_way(alias)]:
        assert time.monotonic() < end, f"still under way: {left}"
        time.sleep(0.05)


def _under_way(alias: str) -> Iterator[tuple[str, str, str]]:
    soon = Q(available_at__lt=timezone.now() + SOON)
    for box in (OutboxMessage, InboxMessage):
        rows = box.objects.using(alias).filter(soon, state__in=("pending", "sent"))
        yield from rows.values_list("type", "state", "last_error")
