"""Forgetting messages that had their effect, and used keys, so that their tables stay small; what is dead stays."""

from datetime import datetime, timedelta

from django.conf import settings

from building_blocks.databases.forgetting import forget_oldest
from building_blocks.idempotency.models import UsedKey
from building_blocks.messaging.models import InboxMessage, OutboxMessage


def forget_finished(context: str, *, now: datetime) -> int:
    """
    Delete messages that were finished long ago (MESSAGES_KEPT) and keys that were used long ago
    (IDEMPOTENCY_KEYS_KEPT), the oldest first, at most a batch of each table.

    :return: how many they were.
    """
    alias = settings.CONTEXTS[context]
    long_ago = now - timedelta(days=settings.MESSAGES_KEPT)
    done = OutboxMessage.objects.using(alias).filter(state=OutboxMessage.State.DONE)
    handled = InboxMessage.objects.using(alias).filter(state=InboxMessage.State.HANDLED)
    used = UsedKey.objects.using(alias).all()
    return (
        forget_oldest(done, by="occurred_at", before=long_ago)
        + forget_oldest(handled, by="occurred_at", before=long_ago)
        + forget_oldest(used, by="created_at", before=now - timedelta(days=settings.IDEMPOTENCY_KEYS_KEPT))
    )
