"""
The dispatcher drives relay and inboxes within a process: started by `config/wsgi.py` or `manage.py work`, never by
`ready()`.

A thread sleeps until a commit of its own process wakes it, and looks into every context once a second: for
what other processes stored, what is due by now, and what a crash left behind.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Literal

from django.conf import settings
from django.db import OperationalError, connections
from django.utils import timezone

from building_blocks.databases.deleting import may_be_more
from messaging import blocking, housekeeping
from messaging.inbox import handle, more_may_be_due
from messaging.periodic import send_due_commands
from messaging.relay import relay

logger = logging.getLogger(__name__)

POLL_INTERVAL = 1.0  # seconds
HOUSEKEEPING_INTERVAL = 60.0  # seconds

Queue = Literal["outbox", "inbox"]
Pending = dict[Queue, set[str]]  # the contexts of which that queue is to be looked into

_pending: Pending = {"outbox": set(), "inbox": set()}
_last_polled_at = 0.0
_last_progress_at = time.monotonic()
_housekeeping_due_at = 0.0
_wakeup = threading.Condition()
_this_thread = threading.local()


def wake(context: str, queue: Queue) -> None:
    """Tell a sleeping dispatcher of this process that there is something in a queue of this context."""
    if getattr(_this_thread, "is_dispatching", False):
        return  # whoever works off looks for what its own handlers have sent
    with _wakeup:
        _pending[queue].add(context)
        _wakeup.notify()


def start(threads: int, *, contexts: Iterable[str] | None = None, handles: bool = True) -> Callable[[], None]:
    """
    Start so many dispatcher threads, which end with the process at the latest.

    :param contexts: whose outboxes and inboxes they look after; all that the process hosts, where none are named.
    :param handles: false where the handlers run elsewhere, and there is only to relay.
    :return: a function that ends them sooner, each once it has worked off what it is at.
    """
    ended, served = threading.Event(), frozenset(settings.CONTEXTS if contexts is None else contexts)
    started = [
        threading.Thread(target=_run, args=[served, handles, ended], name=f"dispatcher-{number}", daemon=True)
        for number in range(threads)
    ]
    for thread in started:
        thread.start()

    def end() -> None:
        ended.set()
        with _wakeup:
            _wakeup.notify_all()
        for thread in started:
            thread.join()

    return end


def seconds_since_progress() -> float:
    """Return how long ago this process last got on: asked an outbox or inbox, and worked off what it gave."""
    return time.monotonic() - _last_progress_at


def run_until_idle(contexts: Iterable[str], *, handles: bool = True, ended: threading.Event | None = None) -> None:
    """
    Relay and handle until nothing that is due is left in these contexts, nor in those that they reach.

    :param handles: false to relay alone.
    :param ended: once it is set, what is left is left to others.
    """
    everywhere = set(contexts)
    _run_until_idle({"outbox": everywhere, "inbox": set(everywhere)}, handles=handles, ended=ended or threading.Event())


def _run_until_idle(pending: Pending, *, handles: bool, ended: threading.Event) -> None:
    global _last_progress_at
    outboxes, inboxes = pending["outbox"], pending["inbox"]
    _this_thread.is_dispatching = True
    try:
        while (outboxes or (inboxes and handles)) and not ended.is_set():
            if outboxes:
                inboxes |= relay(outboxes.pop(), now=timezone.now())
            elif claimed := handle(context := inboxes.pop(), now=timezone.now()):
                outboxes.add(context)
                if more_may_be_due(context, claimed):
                    inboxes.add(context)
            _last_progress_at = time.monotonic()
    finally:
        _this_thread.is_dispatching = False


def _run(contexts: frozenset[str], handles: bool, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            pending = _wait_for_work(contexts)
            send_due_commands(contexts, now=timezone.now())
            _run_until_idle(pending, handles=handles, ended=ended)
            _housekeeping(contexts)
        except OperationalError as error:
            reason = str(error).strip().partition("\n")[0]
            logger.warning("the database does not answer, messages wait in it: %s", reason)
            connections.close_all()
            ended.wait(POLL_INTERVAL)
        except Exception:
            logger.exception("the dispatcher stumbled; it goes on")
            connections.close_all()
            ended.wait(POLL_INTERVAL)
    connections.close_all()


def _housekeeping(contexts: Iterable[str]) -> None:
    """Forget a batch of what is finished in each context, and soon another where there is more; put off standstills."""
    global _housekeeping_due_at
    if time.monotonic() < _housekeeping_due_at:
        return
    _housekeeping_due_at = time.monotonic() + HOUSEKEEPING_INTERVAL
    for context in contexts:
        blocking.defer_blocked(context, now=timezone.now())
    deleted = [task(context, now=timezone.now()) for task in housekeeping.tasks() for context in contexts]
    if may_be_more(*deleted):
        _housekeeping_due_at = time.monotonic() + POLL_INTERVAL


def _wait_for_work(contexts: frozenset[str]) -> Pending:
    """Wait for work, and return where to look: into the boxes that called, or all when it is time."""
    global _last_polled_at
    with _wakeup:
        if not any(_pending.values()):
            _wakeup.wait(POLL_INTERVAL)
        pending: Pending = {queue: woken & contexts for queue, woken in _pending.items()}
        _pending.update({"outbox": set(), "inbox": set()})
        if time.monotonic() - _last_polled_at < POLL_INTERVAL:
            return pending
        _last_polled_at = time.monotonic()
        return {queue: set(contexts) for queue in pending}
