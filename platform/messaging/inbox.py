"""
The inbox stores the messages that a context receives, and runs each handler once for each message.

The mark "handled" is written in the transaction of the handler, so both are committed or neither is. A message has its
effect once, even if it arrives twice or its handler dies half-way.
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
from messaging.envelope import Envelope
from messaging.models import InboxMessage
from messaging.retry_delays import MAX_ATTEMPTS, retry_delay
from messaging.sql import claim, insert, mark_handled, renew_lease
from messaging.subscriptions import handlers_of, handlers_with_external_calls, subscription
from observability.tracing import set_attributes, span

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

BATCH = 10  # messages that a worker can handle well within a lease, one after the other
LEASE_RENEWED_AFTER = timedelta(seconds=1)  # a younger lease is certainly still this worker's, and needs no renewal

HANDLER_DURATION = Histogram(
    "markethall_handler_duration_seconds",
    "Duration of handlers, by outcome: handled, failed (it is retried), dead (no retries are left), or lost (it took"
    " longer than its lease, and another worker has the message).",
    ["handler", "outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
LAG = Histogram(
    "markethall_handler_lag_seconds",
    "Time from sending a message until a handler was done, including failed tries and waiting.",
    ["handler"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600),
)


def store(context: str, envelopes: list[Envelope], *, now: datetime) -> None:
    """Store the envelopes for each handler of this context whose filter accepts them; existing rows stay unchanged."""
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
    """Claim due messages of this context, run their handlers, and return the claimed messages."""
    alias, clock = settings.CONTEXTS[context], _clock(now)
    claimed = claim(InboxMessage, alias, now=now, limit=BATCH, external_handlers=handlers_with_external_calls(context))
    for row in _one_retry_at_a_time(claimed, now=now):
        with span(f"handle {row.type}", parent=row.traceparent, kind="consumer"):
            set_attributes(**row.trace_attributes | {"context": context, "handler": row.handler})
            began = time.perf_counter()
            outcome = _handle(row, Database(alias), clock)
            set_attributes(outcome=outcome)
            HANDLER_DURATION.labels(row.handler, outcome).observe(time.perf_counter() - began)
            if outcome == "handled":
                LAG.labels(row.handler).observe(time.time() - row.occurred_at.timestamp())
    return claimed


def more_may_be_due(context: str, claimed: list[InboxMessage]) -> bool:
    """Return whether more messages may be due than those that `handle` has just returned."""
    external_handlers = handlers_with_external_calls(context)
    return len(claimed) >= BATCH or any(row.in_order or row.handler in external_handlers for row in claimed)


def _clock(now: datetime) -> Clock:
    """Return a clock that starts at `now`, and goes on while a batch is handled or another system is called."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


def _one_retry_at_a_time(claimed: list[InboxMessage], *, now: datetime) -> list[InboxMessage]:
    """
    Return the messages to handle now: all first attempts and at most one retry; the other retries are released.

    If a message kills its process, every message that the process has claimed loses an attempt. Several retries at once
    could therefore make healthy messages dead.
    """
    retries = [row for row in claimed if row.attempts > 1]
    if retries[1:]:
        InboxMessage.release(retries[1:], until=now + retry_delay(1))
    return [row for row in claimed if row not in retries[1:]]


def _handle(row: InboxMessage, database: Database, clock: Clock) -> str:
    """Run the handler, and return the outcome: handled, failed, dead, or lost to another worker."""
    if row.attempts > MAX_ATTEMPTS:
        row.mark_dead(error=row.last_error or "a worker claimed it and never finished it: it may end its process")
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
            if subscriber.handle:
                subscriber.handle(message, *answer, now=clock())
    except Exception as error:
        return _record_failure(row, error, now=clock())
    return "handled"


def _holds_lease(row: InboxMessage, *, now: datetime) -> bool:
    """Return whether this worker still has the lease; renew it unless it has just begun."""
    return now < row.available_at - models.LEASE + LEASE_RENEWED_AFTER or renew_lease(row, now=now)


def _lost(row: InboxMessage) -> str:
    logger.warning("%s was too late for %s: another worker may have it", row.handler, row.message_id)
    return "lost"


def _record_failure(row: InboxMessage, error: Exception, *, now: datetime) -> str:
    summary = f"{type(error).__name__} in {_location(error)}"
    set_attributes(error_type=type(error).__name__)
    logger.error("%s failed on %s, attempt %d: %s", row.handler, row.message_id, row.attempts, summary)
    if row.attempts >= MAX_ATTEMPTS:
        row.mark_dead(error=summary)
        return "dead"
    row.retry_later(until=now + retry_delay(row.attempts), error=summary)
    return "failed"


def _location(error: Exception) -> str:
    """Return where an error was raised; its text is left out, because it may quote a customer."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})"
