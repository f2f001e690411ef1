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

from building_blocks.databases.transactions import Database
from messaging import models
from messaging.backoff import MAX_ATTEMPTS, retry_delay
from messaging.envelope import Envelope
from messaging.models import InboxMessage
from messaging.sql import claim, insert, mark_handled, renew_lease
from messaging.subscriptions import handlers_of, handlers_with_external_calls, subscription
from observability.tracing import set_attributes, span

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

BATCH = 10  # what one worker can handle, one after the other, well within a lease
LEASE_RENEWED_AFTER = timedelta(seconds=1)  # so young a lease is nobody else's, and need not begin again

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
        InboxMessage.from_envelope(
            envelope, handler=name, in_order=subscriber.in_order, received_at=now, available_at=now
        )
        for envelope in envelopes
        for name in handlers_of(envelope.type).get(context, ())
        if (subscriber := subscription(name)).accepts(envelope.data)
    ]
    insert(settings.CONTEXTS[context], rows, skip_existing=True)


def handle(context: str, *, now: datetime) -> list[InboxMessage]:
    """Run the handlers of the messages that are due in this context, and return those that were claimed for it."""
    alias, clock = settings.CONTEXTS[context], _clock(now)
    claimed = claim(InboxMessage, alias, now=now, limit=BATCH, external_handlers=handlers_with_external_calls(context))
    for row in _one_retry_at_a_time(claimed, now=now):
        with span(f"handle {row.type}", parent=row.traceparent, kind="consumer"):
            set_attributes(**row.trace_attributes | {"context": context, "handler": row.handler})
            began = time.perf_counter()
            outcome = _handle(row, Database(alias), clock)
            set_attributes(outcome=outcome)
            HANDLED.labels(row.handler, outcome).observe(time.perf_counter() - began)
            if outcome == "handled":
                LAG.labels(row.handler).observe(time.time() - row.occurred_at.timestamp())
    return claimed


def more_may_be_due(context: str, claimed: list[InboxMessage]) -> bool:
    """Return whether others may be due that were not claimed along with these, which `handle` has just returned."""
    external_handlers = handlers_with_external_calls(context)
    return len(claimed) >= BATCH or any(row.in_order or row.handler in external_handlers for row in claimed)


def _clock(now: datetime) -> Clock:
    """Return what tells the time, where it is `now` just now: who asks, or is one of many, handles later than that."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def _one_retry_at_a_time(claimed: list[InboxMessage], *, now: datetime) -> list[InboxMessage]:
    """
    Return the messages to handle now: those that nobody took before, and one of the others, which go back.

    One that kills its process would cost all that were claimed with it an attempt each, until they are parked, too; and
    those that another thread of the process took at once.
    """
    retries = [row for row in claimed if row.attempts > 1]
    if retries[1:]:
        InboxMessage.release(retries[1:], until=now + retry_delay(1))
    return [row for row in claimed if row not in retries[1:]]


def _handle(row: InboxMessage, database: Database, clock: Clock) -> str:
    """Run the handler, and return what came of it: handled, failed, dead, or lost to another worker."""
    if row.attempts > MAX_ATTEMPTS:
        row.park(error=row.last_error or "whoever took it never came back: it may end its process")
        return "dead"
    try:
        subscriber = subscription(row.handler)
        message = row.envelope.unwrap()
        answer = []
        if subscriber.external_call:
            if not _holds_lease(row, now=clock()):
                return _lost(row)
            answer = [subscriber.external_call(message)]
        with database.atomic():
            if not mark_handled(row, now=clock()):
                return _lost(row)
            subscriber.handle(message, *answer, now=clock())
    except Exception as error:
        return _record_failure(row, error, now=clock())
    return "handled"


def _holds_lease(row: InboxMessage, *, now: datetime) -> bool:
    """Return whether the lease is still this worker's; it begins again, unless it began a moment ago."""
    return now < row.available_at - models.LEASE + LEASE_RENEWED_AFTER or renew_lease(row, now=now)


def _lost(row: InboxMessage) -> str:
    logger.warning("%s came too late to %s, which is no longer this worker's", row.handler, row.message_id)
    return "lost"


def _record_failure(row: InboxMessage, error: Exception, *, now: datetime) -> str:
    what = f"{type(error).__name__} in {_location(error)}"
    set_attributes(error_type=type(error).__name__)
    logger.error("%s failed on %s, time %d: %s", row.handler, row.message_id, row.attempts, what)
    if row.attempts >= MAX_ATTEMPTS:
        row.park(error=what)
        return "dead"
    row.retry_later(until=now + retry_delay(row.attempts), error=what)
    return "failed"


def _location(error: Exception) -> str:
    """Return where an error arose; its text is left out, since it may quote what a customer wrote."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})"
