"""
The inbox keeps what a context has received and runs its handlers, each once per message.

The mark "handled" is written in the transaction of the handler: both are there or neither is, so a message
that arrives twice, or whose handler died half-way, has its effect once.
"""

import logging
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from building_blocks.db import Database
from building_blocks.messaging.backoff import MOST_ATTEMPTS, pause
from building_blocks.messaging.envelope import Envelope
from building_blocks.messaging.models import InboxMessage
from building_blocks.messaging.subscriptions import handlers_of, subscription
from building_blocks.tracing import tracing

logger = logging.getLogger(__name__)

BATCH = 100


def store(context: str, envelopes: list[Envelope], *, now: datetime) -> None:
    """Keep the envelopes for this context's handlers; what is held already stays as it is."""
    rows = [
        row
        for envelope in envelopes
        for row in InboxMessage.keep(envelope, handlers_of(envelope.type)[context], now=now)
    ]
    InboxMessage.objects.using(settings.CONTEXTS[context]).bulk_create(rows, ignore_conflicts=True)


def handle(context: str, *, now: datetime) -> int:
    """Run the handlers of the messages that are due in this context, and return how many were tried."""
    alias = settings.CONTEXTS[context]
    due = InboxMessage.due(alias, now=now, limit=BATCH)
    for row in due:
        with tracing(row.traceparent):
            _handle(row, Database(alias), now=now)
    return len(due)


def _handle(row: InboxMessage, database: Database, *, now: datetime) -> None:
    try:
        found = subscription(row.handler)
        if found.ask is None:
            _in_one_transaction(row, found.handle, database, now=now)
        else:
            _in_two_steps(row, found.ask, found.handle, database, now=now)
    except Exception as error:
        _after_failure(row, error, now=now)


def _in_one_transaction(row: InboxMessage, do: Callable[..., None], database: Database, *, now: datetime) -> None:
    with database.atomic():
        if row.mark_handled(now=now):
            do(row.envelope.open(), now=now)


def _in_two_steps(
    row: InboxMessage,
    ask: Callable[[object], object],
    then: Callable[..., None],
    database: Database,
    *,
    now: datetime,
) -> None:
    if not row.lease(now=now):
        return
    message = row.envelope.open()
    answer = ask(message)
    with database.atomic():
        if row.mark_handled(now=now):
            then(message, answer, now=now)


def _after_failure(row: InboxMessage, error: Exception, *, now: datetime) -> None:
    what = f"{type(error).__name__} in {_place(error)}"
    row.failures += 1
    logger.error("%s failed on %s, time %d: %s", row.handler, row.message_id, row.failures, what)
    if row.failures >= MOST_ATTEMPTS:
        row.park(error=what)
    else:
        row.put_off(until=now + pause(row.failures), error=what)


def _place(error: Exception) -> str:
    """Return where an error arose; its text is left out, since it may quote what a customer wrote."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})"
