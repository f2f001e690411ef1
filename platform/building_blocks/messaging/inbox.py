"""
The inbox keeps what a context has received and runs its handlers, each once per message.

The mark "handled" is written in the transaction of the handler: both are there or neither is, so a message
that arrives twice, or whose handler died half-way, has its effect once.
"""

import logging
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from prometheus_client import Histogram

from building_blocks.db import Database
from building_blocks.messaging import models
from building_blocks.messaging.backoff import MOST_ATTEMPTS, pause
from building_blocks.messaging.envelope import Envelope
from building_blocks.messaging.models import InboxMessage
from building_blocks.messaging.statements import insert, mark_handled, renew_lease, take
from building_blocks.messaging.subscriptions import handlers_of, handlers_that_ask, subscription
from telemetry.tracing import note, span

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

BATCH = 10  # what one worker can handle, one after the other, well within a lease
MOMENT = timedelta(seconds=1)  # so young a lease is nobody else's, and need not begin again

HANDLED = Histogram(
    "markethall_handler_duration_seconds",
    "How long handlers took, by what came of it: handled, failed (it is tried again), dead (it was given up), or lost"
    " (it took longer than its lease, and another has the message).",
    ["handler", "outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
LAG = Histogram(
    "markethall_handler_lag_seconds",
    "How long after a message was sent a handler was done with it, failed tries and waiting included.",
    ["handler"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600),
)


def store(context: str, envelopes: list[Envelope], *, now: datetime) -> None:
    """Keep the envelopes for those of this context's handlers that want them; what is held already stays as it is."""
    rows = [
        InboxMessage.holding(envelope, handler=name, in_order=found.in_order, received_at=now, available_at=now)
        for envelope in envelopes
        for name in handlers_of(envelope.type).get(context, ())
        if (found := subscription(name)).wants(envelope.data)
    ]
    insert(settings.CONTEXTS[context], rows, new_ones_alone=True)


def handle(context: str, *, now: datetime) -> list[InboxMessage]:
    """Run the handlers of the messages that are due in this context, and return those that were taken for it."""
    alias, clock = settings.CONTEXTS[context], _clock(now)
    taken = take(InboxMessage, alias, now=now, limit=BATCH, asking=handlers_that_ask(context))
    for row in _those_of_one_fate(taken, now=now):
        with span(f"handle {row.type}", parent=row.traceparent, kind="consumer"):
            note(**row.facts | {"context": context, "handler": row.handler})
            began = time.perf_counter()
            outcome = _handle(row, Database(alias), clock)
            note(outcome=outcome)
            HANDLED.labels(row.handler, outcome).observe(time.perf_counter() - began)
            if outcome == "handled":
                LAG.labels(row.handler).observe(time.time() - row.occurred_at.timestamp())
    return taken


def more_may_be_due(context: str, taken: list[InboxMessage]) -> bool:
    """Return whether others may be due that were not taken along with these, which `handle` has just returned."""
    asking = handlers_that_ask(context)
    return len(taken) >= BATCH or any(row.in_order or row.handler in asking for row in taken)


def _clock(now: datetime) -> Clock:
    """Return what tells the time, where it is `now` just now: who asks, or is one of many, handles later than that."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def _those_of_one_fate(taken: list[InboxMessage], *, now: datetime) -> list[InboxMessage]:
    """
    Return the messages to handle now: those that nobody took before, and one of the others, which go back.

    One that kills its process would cost all that were taken with it an attempt each, until they are parked, too; and
    those that another thread of the process took at once.
    """
    again = [row for row in taken if row.attempts > 1]
    if again[1:]:
        InboxMessage.give_back(again[1:], until=now + pause(1))
    return [row for row in taken if row not in again[1:]]


def _handle(row: InboxMessage, database: Database, clock: Clock) -> str:
    """Run the handler, and return what came of it: handled, failed, dead, or lost to another who has taken it since."""
    if row.attempts > MOST_ATTEMPTS:
        row.park(error=row.last_error or "whoever took it never came back: it may end its process")
        return "dead"
    try:
        found = subscription(row.handler)
        message = row.envelope.open()
        answer = []
        if found.ask:
            if not _is_ours(row, now=clock()):
                return _lost(row)
            answer = [found.ask(message)]
        with database.atomic():
            if not mark_handled(row, now=clock()):
                return _lost(row)
            found.handle(message, *answer, now=clock())
    except Exception as error:
        return _after_failure(row, error, now=clock())
    return "handled"


def _is_ours(row: InboxMessage, *, now: datetime) -> bool:
    """Return whether the lease is still this worker's; it begins again, unless it began a moment ago."""
    return now < row.available_at - models.LEASE + MOMENT or renew_lease(row, now=now)


def _lost(row: InboxMessage) -> str:
    logger.warning("%s came too late to %s, which is no longer this worker's", row.handler, row.message_id)
    return "lost"


def _after_failure(row: InboxMessage, error: Exception, *, now: datetime) -> str:
    what = f"{type(error).__name__} in {_place(error)}"
    note(error_type=type(error).__name__)
    logger.error("%s failed on %s, time %d: %s", row.handler, row.message_id, row.attempts, what)
    if row.attempts >= MOST_ATTEMPTS:
        row.park(error=what)
        return "dead"
    row.put_off(until=now + pause(row.attempts), error=what)
    return "failed"


def _place(error: Exception) -> str:
    """Return where an error arose; its text is left out, since it may quote what a customer wrote."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})"
