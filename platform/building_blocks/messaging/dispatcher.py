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

from building_blocks.databases.forgetting import may_be_more
from building_blocks.messaging import retention, standstill
from building_blocks.messaging.inbox import handle, more_may_be_due
from building_blocks.messaging.periodic import send_what_is_due
from building_blocks.messaging.relay import relay

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds
KEEP_HOUSE_EVERY = 60.0  # seconds

Box = Literal["outbox", "inbox"]
Calls = dict[Box, set[str]]  # the contexts of which that box is to be looked into

_calls: Calls = {"outbox": set(), "inbox": set()}
_looked_at = 0.0
_got_on_at = time.monotonic()
_keep_house_at = 0.0
_bell = threading.Condition()
_this_thread = threading.local()


def wake(context: str, box: Box) -> None:
    """Tell a sleeping dispatcher of this process that there is something in a box of this context."""
    if getattr(_this_thread, "works_off", False):
        return  # whoever works off looks for what its own handlers have sent
    with _bell:
        _calls[box].add(context)
        _bell.notify()


def start(threads: int, *, contexts: Iterable[str] | None = None, handles: bool = True) -> Callable[[], None]:
    """
    Start so many dispatcher threads, which end with the process at the latest.

    :param contexts: whose outboxes and inboxes they look after; all that the process hosts, where none are named.
    :param handles: false where the handlers run elsewhere, and there is only to relay.
    :return: a function that ends them sooner, each once it has worked off what it is at.
    """
    ended, cared_for = threading.Event(), frozenset(settings.CONTEXTS if contexts is None else contexts)
    started = [
        threading.Thread(target=_run, args=[cared_for, handles, ended], name=f"dispatcher-{number}", daemon=True)
        for number in range(threads)
    ]
    for thread in started:
        thread.start()

    def end() -> None:
        ended.set()
        with _bell:
            _bell.notify_all()
        for thread in started:
            thread.join()

    return end


def seconds_at_a_loss() -> float:
    """Return how long ago this process last got on: asked an outbox or inbox, and worked off what it gave."""
    return time.monotonic() - _got_on_at


def work_off(contexts: Iterable[str], *, handles: bool = True, ended: threading.Event | None = None) -> None:
    """
    Relay and handle until nothing that is due is left in these contexts, nor in those that they reach.

    :param handles: false to relay alone.
    :param ended: once it is set, what is left is left to others.
    """
    every = set(contexts)
    _work_off({"outbox": every, "inbox": set(every)}, handles=handles, ended=ended or threading.Event())


def _work_off(calls: Calls, *, handles: bool, ended: threading.Event) -> None:
    global _got_on_at
    outboxes, inboxes = calls["outbox"], calls["inbox"]
    _this_thread.works_off = True
    try:
        while (outboxes or (inboxes and handles)) and not ended.is_set():
            if outboxes:
                inboxes |= relay(outboxes.pop(), now=timezone.now())
            elif tried := handle(context := inboxes.pop(), now=timezone.now()):
                outboxes.add(context)
                if more_may_be_due(context, tried):
                    inboxes.add(context)
            _got_on_at = time.monotonic()
    finally:
        _this_thread.works_off = False


def _run(contexts: frozenset[str], handles: bool, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            calls = _next(contexts)
            send_what_is_due(contexts, now=timezone.now())
            _work_off(calls, handles=handles, ended=ended)
            _keep_house(contexts)
        except OperationalError as error:
            reason = str(error).strip().partition("\n")[0]
            logger.warning("the database does not answer, messages wait in it: %s", reason)
            connections.close_all()
            ended.wait(LOOK_EVERY)
        except Exception:
            logger.exception("the dispatcher stumbled; it goes on")
            connections.close_all()
            ended.wait(LOOK_EVERY)
    connections.close_all()


def _keep_house(contexts: Iterable[str]) -> None:
    """Forget a batch of what is finished in each context, and soon another where there is more; put off standstills."""
    global _keep_house_at
    if time.monotonic() < _keep_house_at:
        return
    _keep_house_at = time.monotonic() + KEEP_HOUSE_EVERY
    for context in contexts:
        standstill.put_off(context, now=timezone.now())
    if may_be_more(*(retention.forget_finished(context, now=timezone.now()) for context in contexts)):
        _keep_house_at = time.monotonic() + LOOK_EVERY


def _next(contexts: frozenset[str]) -> Calls:
    """Wait for work, and return where to look: into the boxes that called, or all when it is time."""
    global _looked_at
    with _bell:
        if not any(_calls.values()):
            _bell.wait(LOOK_EVERY)
        calls: Calls = {box: called & contexts for box, called in _calls.items()}
        _calls.update({"outbox": set(), "inbox": set()})
        if time.monotonic() - _looked_at < LOOK_EVERY:
            return calls
        _looked_at = time.monotonic()
        return {box: set(contexts) for box in calls}
