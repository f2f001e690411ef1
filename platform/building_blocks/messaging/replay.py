"""Giving dead messages another try, once what killed them is mended."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings

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
        outbox, inbox = OutboxMessage.objects.using(alias), InboxMessage.objects.using(alias)
        dead_in_outbox = outbox.filter(state=OutboxMessage.State.DEAD)
        dead_in_inbox = inbox.filter(state=InboxMessage.State.DEAD)
        if message_ids is not None:
            dead_in_outbox = dead_in_outbox.filter(message_id__in=message_ids)
            dead_in_inbox = dead_in_inbox.filter(message_id__in=message_ids)
        replayed += dead_in_outbox.update(state=OutboxMessage.State.PENDING, available_at=now, attempts=0)
        replayed += dead_in_inbox.update(state=InboxMessage.State.PENDING, available_at=now, attempts=0)
        wake(context)
    return replayed
