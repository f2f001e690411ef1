"""
Periodic work: commands that a context sends itself anew each period, once, however many processes look at the clock.

The period makes the message's id, and an outbox holds each id once. So no process has to be the one that keeps the
time, and what a period asks for is stored, tried again and parked like any other command.
"""

import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.db import DatabaseError

from messaging.declare import periodic_commands
from messaging.envelope import wrap
from messaging.models import OutboxMessage
from messaging.sql import insert

logger = logging.getLogger(__name__)

NAMESPACE = UUID("2b1a7f2e-3c55-4f0e-9d0a-6f1f0f5b8a64")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_sent: dict[str, datetime] = {}


def send_due_commands(contexts: Collection[str], *, now: datetime) -> None:
    """
    Send the command of each period that has begun, unless somebody has; a database that is away is asked again.

    :param contexts: whose commands are sent.
    """
    for command, declared in periodic_commands().items():
        assert declared.every  # noqa: S101 - else it would not be periodic
        due_at = now - (now - EPOCH) % declared.every
        if declared.context not in contexts or _sent.get(declared.type) == due_at:
            continue
        try:
            _send_once(command(due_at=due_at), declared.context, now=now)
        except DatabaseError as error:
            logger.warning("%s is due, and its outbox does not take it: %s", declared.type, type(error).__name__)
        else:
            _sent[declared.type] = due_at


def _send_once(command: object, context: str, *, now: datetime) -> None:
    envelope = wrap(command, source=context, now=now)
    once = replace(envelope, id=uuid5(NAMESPACE, f"{envelope.type} {envelope.subject}"))
    row = OutboxMessage.from_envelope(once, available_at=now)
    insert(settings.CONTEXTS[context], [row], skip_existing=True)
