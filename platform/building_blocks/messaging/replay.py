"""Giving dead messages another try, once what killed them is mended."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from building_blocks.messaging.dispatcher import wake
from building_blocks.messaging.models import InboxMessage, OutboxMessage


def replay(message_ids: Iterable[UUID | str] | None, *, now: datetime) -> int:
    """
    Let dead messages be taken again at once, as if they had never failed.

    :param message_ids: these, or every dead one where there is none.
    :return: how many rows of outboxes and inboxes will be tried again.
    """
    replayed = 0
    for context, alias in settings.CONTEXTS.items():
        for box in (OutboxMessage, InboxMessage):
            rows = box.objects.using(alias).all()
            if message_ids is not None:
                rows = rows.filter(message_id__in=message_ids)
            replayed += replay_in(context, rows, now=now)
    return replayed


def replay_in(context: str, rows: "QuerySet[OutboxMessage] | QuerySet[InboxMessage]", *, now: datetime) -> int:
    """Let those of these rows of the context's outbox or inbox that are dead be taken again, and return how many."""
    replayed = rows.filter(state="dead").update(state="pending", available_at=now, attempts=0)
    wake(context)
    return replayed
