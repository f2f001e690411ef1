"""
Waiting for an order to be settled, for a client that asks for it with `Prefer: wait`.

A waiting request holds no transaction and no connection, and at most a quarter of the web threads may wait; the others
are for clients that do not.
"""

import threading
import time
from collections.abc import Callable, Collection
from uuid import UUID

from django.conf import settings
from django.db.models.signals import post_save
from django.dispatch import receiver

from building_blocks.databases.transactions import release_connections
from contexts.ordering.db import on_commit
from contexts.ordering.models import Order

POLL_INTERVAL = 0.5  # seconds; for orders that another process settles

_slots = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 4))
_wakeups: dict[UUID, threading.Event] = {}


def wait_until_settled(order_id: UUID, is_settled: Callable[[], bool], *, seconds: float) -> None:
    """Return when the order is settled, after so many seconds at the latest; at once if too many requests wait."""
    if not _slots.acquire(blocking=False):
        return
    wakeup = _wakeups.setdefault(order_id, threading.Event())
    end = time.monotonic() + seconds
    try:
        while (left := end - time.monotonic()) > 0 and not is_settled():
            release_connections()
            wakeup.wait(min(left, POLL_INTERVAL))
    finally:
        _wakeups.pop(order_id, None)
        _slots.release()


def notify_waiters(order_id: UUID) -> None:
    """Wake the requests of this process that wait for the order."""
    if wakeup := _wakeups.get(order_id):
        wakeup.set()


@receiver(post_save, sender=Order)
def _notify_after_commit(instance: Order, update_fields: Collection[str] | None, **_: object) -> None:
    """Wake the waiting requests once a change of the order's status is committed."""
    if "status" in (update_fields or ()):
        on_commit(lambda: notify_waiters(instance.pk))
