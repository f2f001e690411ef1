"""The relay passes messages from a context's outbox to the bus; any number of relays may run."""

import logging
import time
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.conf import settings
from django.db.models import DurationField, ExpressionWrapper, Value
from django.db.models.functions import Least
from django.utils.module_loading import import_string

from building_blocks.databases.transactions import Database
from messaging.bus import Acknowledgements, Batches, Bus
from messaging.declare import message_class
from messaging.models import RESEND_AFTER, OutboxMessage
from messaging.retry_delays import MAX_ATTEMPTS, retry_delay
from messaging.sql import add_acknowledgements, claim, mark_done
from messaging.subscriptions import receivers_in_order, receivers_of
from observability.tracing import set_attributes, span

logger = logging.getLogger(__name__)

BATCH = 100


@cache
def bus() -> Bus:
    """Return the bus that the settings name."""
    instance: Bus = import_string(settings.BUS)()
    return instance


def relay(context: str, *, now: datetime) -> set[str]:
    """
    Send all due messages of this context's outbox, and return the contexts that have stored new ones.

    A message stays in the outbox, and is sent again later, until all receivers have acknowledged it.
    """
    alias, reached, maybe_more = settings.CONTEXTS[context], set[str](), True
    while maybe_more:
        began = time.monotonic()
        claimed = claim(OutboxMessage, alias, now=now, limit=BATCH)
        reached |= _send(alias, _defer_unknown_types(alias, claimed, now=now), now=now)
        maybe_more = len(claimed) == BATCH or any(row.in_order for row in claimed)
        now += timedelta(seconds=time.monotonic() - began)  # each batch has its own lease
    return reached


def _send(alias: str, rows: list[OutboxMessage], *, now: datetime) -> set[str]:
    if not rows:
        return set()
    began = time.time_ns()
    try:
        acknowledgements = bus().deliver(_batches(rows), now=now)
    except Exception:
        logger.exception("the bus refused the messages of %s; they will be sent again", alias)
        _retry_later(alias, rows, now=now)
        return set()
    for row in rows:
        with span(f"relay {row.type}", parent=row.traceparent, start_time=began):  # one in each trace
            set_attributes(**row.trace_attributes)
    _record_acknowledgements(alias, rows, acknowledgements, now=now)
    return set(acknowledgements)


def acknowledge(context: str, receiver: str, message_ids: list[UUID], *, now: datetime) -> bool:
    """
    Record in this context's outbox that a receiver has acknowledged these messages.

    :return: whether later messages of the same ordering keys may have waited for these.
    """
    database = Database(settings.CONTEXTS[context])
    outbox = OutboxMessage.objects.using(database.alias).filter(message_id__in=message_ids)
    with database.atomic():
        rows = list(outbox.filter(state__in=OutboxMessage.BLOCKING).order_by("pk").select_for_update())
        _record_acknowledgements(database.alias, rows, {receiver: set(message_ids)}, now=now)
    return any(row.in_order for row in rows)


def _batches(rows: list[OutboxMessage]) -> Batches:
    """Group messages by receiver, without those that the receiver has acknowledged: it may have deleted them by now."""
    batches: Batches = {}
    for row in rows:
        for context in receivers_of(row.type) - set(row.acknowledged_by):
            batches.setdefault(context, []).append(row.envelope)
    return batches


def _record_acknowledgements(
    alias: str, rows: list[OutboxMessage], acknowledgements: Acknowledgements, *, now: datetime
) -> None:
    """Record acknowledgements. Leases are not checked: an acknowledgement is true whichever worker has the lease."""
    new: dict[OutboxMessage, list[str]] = {}
    for row in rows:
        new[row] = [
            receiver
            for receiver in acknowledgements.keys() - row.acknowledged_by
            if row.message_id in acknowledgements[receiver]
        ]
        row.acknowledged_by += new[row]
    done = {row for row in rows if receivers_of(row.type) <= set(row.acknowledged_by)}
    mark_done(alias, done)
    if waiting := [row for row in rows if row not in done]:
        _wait_for_acknowledgements(alias, waiting, now=now)
    for row in waiting:
        if new[row]:
            add_acknowledgements(
                row, new[row], no_longer_blocks=receivers_in_order(row.type) <= set(row.acknowledged_by)
            )


def _wait_for_acknowledgements(alias: str, rows: list[OutboxMessage], *, now: datetime) -> None:
    # Back off between resends, so that a slow receiver does not get many copies.
    resend_after = ExpressionWrapper(Least("attempts", 10) * Value(RESEND_AFTER), output_field=DurationField())
    not_done = OutboxMessage.objects.using(alias).filter(state__in=OutboxMessage.BLOCKING)
    not_done.filter(pk__in=[row.pk for row in rows], state__in=OutboxMessage.CLAIMABLE).update(
        state=OutboxMessage.State.SENT, available_at=Value(now) + resend_after
    )


def _defer_unknown_types(alias: str, rows: list[OutboxMessage], *, now: datetime) -> list[OutboxMessage]:
    """
    Return the messages whose type this code declares; leave the others for newer code, which may run at the same time.

    A message that no process has sent by the last attempt becomes dead, so that operators see it.
    """
    unknown = [row for row in rows if message_class(row.type) is None]
    for row in unknown:
        logger.error("no message %s is declared here: %s is left to other processes", row.type, row.message_id)
        is_dead = row.state == OutboxMessage.State.PENDING and row.attempts >= MAX_ATTEMPTS
        OutboxMessage.objects.using(alias).filter(pk=row.pk, attempts=row.attempts, state=row.state).update(
            state=OutboxMessage.State.DEAD if is_dead else row.state,
            available_at=now + retry_delay(row.attempts),
            last_error="no such message is declared",
        )
    return [row for row in rows if row not in unknown]


def _retry_later(alias: str, rows: list[OutboxMessage], *, now: datetime) -> None:
    for row in rows:
        OutboxMessage.objects.using(alias).filter(pk=row.pk, attempts=row.attempts).update(
            available_at=now + min(retry_delay(row.attempts), RESEND_AFTER)
        )
