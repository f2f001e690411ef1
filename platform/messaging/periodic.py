"""
Periodic commands: a context sends each to itself once in each period, however many processes run.

The message's id is computed from the period, and an outbox stores each id once. So no process needs to be the only
scheduler, and a periodic command is stored, retried and becomes dead like any other command.
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
    Send each command that was not yet sent in the current period. If one cannot be stored, the next call tries again.

    :param contexts: the contexts whose commands are sent.
    """
    for command, declared in periodic_commands().items():
        assert declared.period  # noqa: S101 - periodic commands have a period
        due_at = now - (now - EPOCH) % declared.period
        if declared.context not in contexts or _sent.get(declared.type) == due_at:
            continue
        try:
            _send_once(command(due_at=due_at), declared.context, now=now)
        except DatabaseError as error:
            logger.warning("%s is due, but its outbox could not store it: %s", declared.type, type(error).__name__)
        else:
            _sent[declared.type] = due_at


def _send_once(command: object, context: str, *, now: datetime) -> None:
    envelope = wrap(command, source=context, now=now)
    once = replace(envelope, id=uuid5(NAMESPACE, f"{envelope.type} {envelope.subject}"))
    row = OutboxMessage.from_envelope(once, available_at=now)
    insert(settings.CONTEXTS[context], [row], skip_existing=True)
