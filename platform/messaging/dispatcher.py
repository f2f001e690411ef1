"""
The dispatcher runs the relay and the inboxes of a process; `config/wsgi.py`, `manage.py work` or a Celery worker starts
it, never `ready()`.

A thread sleeps until a commit of its own process wakes it. Once a second it also polls every context for messages that
other processes have stored, that have become due, or that a crash has left behind.
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
Pending = dict[Queue, set[str]]  # for each queue, the contexts in which it must be processed

_pending: Pending = {"outbox": set(), "inbox": set()}
_last_polled_at = 0.0
_last_progress_at = time.monotonic()
_housekeeping_due_at = 0.0
_wakeup = threading.Condition()
_this_thread = threading.local()


def wake(context: str, queue: Queue) -> None:
    """Wake a dispatcher thread of this process: a queue of this context has new messages."""
    if getattr(_this_thread, "is_dispatching", False):
        return  # this thread processes the messages of its own handlers anyway
    with _wakeup:
        _pending[queue].add(context)
        _wakeup.notify()


def start(threads: int, *, contexts: Iterable[str] | None = None, handles: bool = True) -> Callable[[], None]:
    """
    Start this number of dispatcher threads, which end with the process at the latest.

    :param contexts: whose outboxes and inboxes they process; by default all contexts of this process.
    :param handles: false if other processes run the handlers, and these threads only relay.
    :return: a function that ends the threads, each after its current batch of messages.
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
    """Return the seconds since this process last finished processing an outbox or an inbox."""
    return time.monotonic() - _last_progress_at


def run_until_idle(contexts: Iterable[str], *, handles: bool = True, ended: threading.Event | None = None) -> None:
    """
    Relay and handle until no due messages are left in these contexts and in those that receive their messages.

    :param handles: false to relay only.
    :param ended: stops the loop when it is set; other processes do the rest.
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
            logger.warning("a database does not answer; its messages wait: %s", reason)
            connections.close_all()
            ended.wait(POLL_INTERVAL)
        except Exception:
            logger.exception("the dispatcher failed; it tries again")
            connections.close_all()
            ended.wait(POLL_INTERVAL)
    connections.close_all()


def _housekeeping(contexts: Iterable[str]) -> None:
    """Defer blocked messages and run each housekeeping task once a minute, or again soon if more rows may be left."""
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
    """Wait for a wake-up or the next poll, and return the queues to process."""
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
