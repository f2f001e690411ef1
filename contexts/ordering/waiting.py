"""
Waiting for an order to be settled, for a client who prefers to.

Who waits holds no transaction and no connection, and only a quarter of the web threads may; the others are
for clients who do not wait.
"""

import threading
import time
from collections.abc import Callable
from uuid import UUID

from django.conf import settings

from building_blocks.databases.transactions import release_connections

POLL_INTERVAL = 0.5  # seconds; another process may settle the order, and cannot ring this one's bell

_places = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 4))
_bells: dict[UUID, threading.Event] = {}


def notify_waiters(order_id: UUID) -> None:
    """Tell whoever waits in this process that the order is settled."""
    if bell := _bells.get(order_id):
        bell.set()


def wait_until_settled(order_id: UUID, is_settled: Callable[[], bool], *, seconds: float) -> None:
    """Wait until the order is settled, but no longer than so many seconds, and not at all where too many wait."""
    if not _places.acquire(blocking=False):
        return
    bell = _bells.setdefault(order_id, threading.Event())
    end = time.monotonic() + seconds
    try:
        while (left := end - time.monotonic()) > 0 and not is_settled():
            release_connections()
            bell.wait(min(left, POLL_INTERVAL))
    finally:
        _bells.pop(order_id, None)
        _places.release()
