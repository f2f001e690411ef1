"""
The inbox keeps what a context has received and runs its handlers, each once per message.

The mark "handled" is written in the transaction of the handler: both are there or neither is, so a message
that arrives twice, or whose handler died half-way, has its effect once.
"""

import logging
import traceback
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

BATCH = 10  # what one worker can handle, one after the other, well within a lease


def store(context: str, envelopes: list[Envelope], *, now: datetime) -> None:
    """Keep the envelopes for this context's handlers; what is held already stays as it is."""
    rows = [
        row
        for envelope in envelopes
        for row in InboxMessage.keep(envelope, handlers_of(envelope.type).get(context, ()), now=now)
    ]
    InboxMessage.objects.using(settings.CONTEXTS[context]).bulk_create(rows, ignore_conflicts=True)


def handle(context: str, *, now: datetime) -> int:
    """Run the handlers of the messages that are due in this context, and return how many were tried."""
    alias = settings.CONTEXTS[context]
    taken = InboxMessage.take(alias, now=now, limit=BATCH)
    for row in _those_of_one_fate(taken, now=now):
        with tracing(row.traceparent):
            _handle(row, Database(alias), now=now)
    return len(taken)


def _those_of_one_fate(taken: list[InboxMessage], *, now: datetime) -> list[InboxMessage]:
    """
    Return the messages to handle now: those that nobody took before, and one of the others, which go back.

    One that kills its process would cost all that were taken with it an attempt each, until they are parked, too.
    """
    again = [row for row in taken if row.attempts > 1]
    if again[1:]:
        InboxMessage.give_back(again[1:], now=now)
    return [row for row in taken if row not in again[1:]]


def _handle(row: InboxMessage, database: Database, *, now: datetime) -> None:
    if row.attempts > MOST_ATTEMPTS:
        row.park(error=row.last_error or "whoever took it never came back: it may end its process")
        return
    try:
        found = subscription(row.handler)
        message = row.envelope.open()
        answer = (found.ask(message),) if found.ask else ()
        with database.atomic():
            if row.mark_handled(now=now):
                found.handle(message, *answer, now=now)
    except Exception as error:
        _after_failure(row, error, now=now)


def _after_failure(row: InboxMessage, error: Exception, *, now: datetime) -> None:
    what = f"{type(error).__name__} in {_place(error)}"
    logger.error("%s failed on %s, time %d: %s", row.handler, row.message_id, row.attempts, what)
    if row.attempts >= MOST_ATTEMPTS:
        row.park(error=what)
    else:
        row.put_off(until=now + pause(row.attempts), error=what)


def _place(error: Exception) -> str:
    """Return where an error arose; its text is left out, since it may quote what a customer wrote."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})"
