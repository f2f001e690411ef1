"""Retention: deletes messages that were finished long ago, so that the tables stay small; dead messages stay."""

from datetime import datetime, timedelta

from django.conf import settings

from building_blocks.databases.deleting import delete_oldest
from messaging.models import InboxMessage, OutboxMessage


def delete_finished(context: str, *, now: datetime) -> int:
    """
    Delete a batch of each table: the oldest finished messages that were sent more than MESSAGES_KEPT days ago.

    :return: the number of deleted messages.
    """
    alias = settings.CONTEXTS[context]
    before = now - timedelta(days=settings.MESSAGES_KEPT)
    done = OutboxMessage.objects.using(alias).filter(state=OutboxMessage.State.DONE)
    handled = InboxMessage.objects.using(alias).filter(state=InboxMessage.State.HANDLED)
    return delete_oldest(done, by="occurred_at", before=before) + delete_oldest(
        handled, by="occurred_at", before=before
    )
