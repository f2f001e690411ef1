"""The relay takes messages out of a context's outbox and hands them to the bus; any number may run."""

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
from messaging.backoff import MAX_ATTEMPTS, retry_delay
from messaging.bus import Acknowledgements, Batches, Bus
from messaging.declare import message_class
from messaging.models import RESEND_AFTER, OutboxMessage
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
    Send all that is due in this context's outbox, and return the contexts that hold something new.

    One that is not confirmed by all stays, and is sent again after a while.
    """
    alias, reached, maybe_more = settings.CONTEXTS[context], set[str](), True
    while maybe_more:
        began = time.monotonic()
        claimed = claim(OutboxMessage, alias, now=now, limit=BATCH)
        reached |= _send(alias, _defer_unknown_types(alias, claimed, now=now), now=now)
        maybe_more = len(claimed) == BATCH or any(row.in_order for row in claimed)
        now += timedelta(seconds=time.monotonic() - began)  # so that each batch has a lease of its own
    return reached


def _send(alias: str, rows: list[OutboxMessage], *, now: datetime) -> set[str]:
    if not rows:
        return set()
    began = time.time_ns()
    try:
        acknowledgements = bus().deliver(_batches(rows), now=now)
    except Exception:
        logger.exception("the bus took nothing from %s; it will be sent again", alias)
        _retry_later(alias, rows, now=now)
        return set()
    for row in rows:
        with span(f"relay {row.type}", parent=row.traceparent, start_time=began):  # each in its own trace
            set_attributes(**row.trace_attributes)
    _record_acknowledgements(alias, rows, acknowledgements, now=now)
    return set(acknowledgements)


def acknowledge(context: str, receiver: str, message_ids: list[UUID], *, now: datetime) -> bool:
    """
    Note in this context's outbox that a receiver holds these messages, as its acknowledgement says.

    :return: whether others may have waited for these, to be sent in order.
    """
    database = Database(settings.CONTEXTS[context])
    outbox = OutboxMessage.objects.using(database.alias).filter(message_id__in=message_ids)
    with database.atomic():
        rows = list(outbox.filter(state__in=OutboxMessage.BLOCKING).order_by("pk").select_for_update())
        _record_acknowledgements(database.alias, rows, {receiver: set(message_ids)}, now=now)
    return any(row.in_order for row in rows)


def _batches(rows: list[OutboxMessage]) -> Batches:
    """Sort what is to be sent by receiver; who has confirmed a message may have forgotten it, and gets it no more."""
    batches: Batches = {}
    for row in rows:
        for context in receivers_of(row.type) - set(row.acknowledged_by):
            batches.setdefault(context, []).append(row.envelope)
    return batches


def _record_acknowledgements(
    alias: str, rows: list[OutboxMessage], acknowledgements: Acknowledgements, *, now: datetime
) -> None:
    """Record acknowledgements, which stay true whoever holds the row by now, so no lease is asked for."""
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
    # The oftener it was sent, the longer: what only waits in a receiver's queue would come to it over and over.
    resend_after = ExpressionWrapper(Least("attempts", 10) * Value(RESEND_AFTER), output_field=DurationField())
    not_done = OutboxMessage.objects.using(alias).filter(state__in=OutboxMessage.BLOCKING)
    not_done.filter(pk__in=[row.pk for row in rows], state__in=OutboxMessage.UNDER_WAY).update(
        state=OutboxMessage.State.SENT, available_at=Value(now) + resend_after
    )


def _defer_unknown_types(alias: str, rows: list[OutboxMessage], *, now: datetime) -> list[OutboxMessage]:
    """
    Leave what this code has no class for to newer code, which may run beside it, and return the rest.

    What nobody has sent by the last attempt is given up, visibly.
    """
    unknown = [row for row in rows if message_class(row.type) is None]
    for row in unknown:
        logger.error("no message %s is declared here: %s is left to others", row.type, row.message_id)
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
