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

from building_blocks.db import Database
from building_blocks.messaging.backoff import MOST_ATTEMPTS, pause
from building_blocks.messaging.bus import Bus, Parcels, Receipts
from building_blocks.messaging.declare import message_class
from building_blocks.messaging.models import SEND_AGAIN_AFTER, OutboxMessage
from building_blocks.messaging.statements import add_receipts, mark_done, take
from building_blocks.messaging.subscriptions import keep_in_order, receivers_of
from telemetry.tracing import note, span

logger = logging.getLogger(__name__)

BATCH = 100


@cache
def bus() -> Bus:
    """Return the bus that the settings name."""
    made: Bus = import_string(settings.BUS)()
    return made


def relay(context: str, *, now: datetime) -> set[str]:
    """
    Send all that is due in this context's outbox, and return the contexts that hold something new.

    One that is not confirmed by all stays, and is sent again after a while.
    """
    alias, reached, maybe_more = settings.CONTEXTS[context], set[str](), True
    while maybe_more:
        began = time.monotonic()
        taken = take(OutboxMessage, alias, now=now, limit=BATCH)
        reached |= _send(alias, _set_aside_unknown(alias, taken, now=now), now=now)
        maybe_more = len(taken) == BATCH or any(row.in_order for row in taken)
        now += timedelta(seconds=time.monotonic() - began)  # so that each batch has a lease of its own
    return reached


def _send(alias: str, rows: list[OutboxMessage], *, now: datetime) -> set[str]:
    if not rows:
        return set()
    began = time.time_ns()
    try:
        receipts = bus().deliver(_parcels(rows), now=now)
    except Exception:
        logger.exception("the bus took nothing from %s; it will be sent again", alias)
        _put_off(alias, rows, now=now)
        return set()
    for row in rows:
        with span(f"relay {row.type}", parent=row.traceparent, began=began):  # each in its own trace
            note(**row.facts)
    _note(alias, rows, receipts, now=now)
    return set(receipts)


def confirm(context: str, receiver: str, message_ids: list[UUID], *, now: datetime) -> bool:
    """
    Note in this context's outbox that a receiver holds these messages, as its receipt says.

    :return: whether others may have waited for these, to be sent in order.
    """
    database = Database(settings.CONTEXTS[context])
    outbox = OutboxMessage.objects.using(database.alias).filter(message_id__in=message_ids)
    with database.atomic():
        rows = list(outbox.filter(state__in=OutboxMessage.IN_THE_WAY).order_by("pk").select_for_update())
        _note(database.alias, rows, {receiver: set(message_ids)}, now=now)
    return any(row.in_order for row in rows)


def _parcels(rows: list[OutboxMessage]) -> Parcels:
    """Sort what is to be sent by receiver; who has confirmed a message may have forgotten it, and gets it no more."""
    parcels: Parcels = {}
    for row in rows:
        for context in receivers_of(row.type) - set(row.confirmed_by):
            parcels.setdefault(context, []).append(row.envelope)
    return parcels


def _note(alias: str, rows: list[OutboxMessage], receipts: Receipts, *, now: datetime) -> None:
    """Write down what was confirmed; a receipt stays true whoever holds the row by now, so no lease is asked for."""
    new: dict[OutboxMessage, list[str]] = {}
    for row in rows:
        new[row] = [receiver for receiver in receipts.keys() - row.confirmed_by if row.message_id in receipts[receiver]]
        row.confirmed_by += new[row]
    done = {row for row in rows if receivers_of(row.type) <= set(row.confirmed_by)}
    mark_done(alias, done)
    if waiting := [row for row in rows if row not in done]:
        _wait_for_receipts(alias, waiting, now=now)
    for row in waiting:
        if new[row]:
            add_receipts(row, new[row], out_of_the_way=keep_in_order(row.type) <= set(row.confirmed_by))


def _wait_for_receipts(alias: str, rows: list[OutboxMessage], *, now: datetime) -> None:
    # The oftener it was sent, the longer: what only waits in a receiver's queue would come to it over and over.
    patience = ExpressionWrapper(Least("attempts", 10) * Value(SEND_AGAIN_AFTER), output_field=DurationField())
    not_done = OutboxMessage.objects.using(alias).filter(state__in=OutboxMessage.IN_THE_WAY)
    not_done.filter(pk__in=[row.pk for row in rows], state__in=OutboxMessage.UNDER_WAY).update(
        state=OutboxMessage.State.SENT, available_at=Value(now) + patience
    )


def _set_aside_unknown(alias: str, rows: list[OutboxMessage], *, now: datetime) -> list[OutboxMessage]:
    """
    Leave what this code has no class for to newer code, which may run beside it, and return the rest.

    What nobody has sent by the last attempt is given up, visibly.
    """
    unknown = [row for row in rows if message_class(row.type) is None]
    for row in unknown:
        logger.error("no message %s is declared here: %s is left to others", row.type, row.message_id)
        given_up = row.state == OutboxMessage.State.PENDING and row.attempts >= MOST_ATTEMPTS
        OutboxMessage.objects.using(alias).filter(pk=row.pk, attempts=row.attempts, state=row.state).update(
            state=OutboxMessage.State.DEAD if given_up else row.state,
            available_at=now + pause(row.attempts),
            last_error="no such message is declared",
        )
    return [row for row in rows if row not in unknown]


def _put_off(alias: str, rows: list[OutboxMessage], *, now: datetime) -> None:
    for row in rows:
        OutboxMessage.objects.using(alias).filter(pk=row.pk, attempts=row.attempts).update(
            available_at=now + min(pause(row.attempts), SEND_AGAIN_AFTER)
        )
