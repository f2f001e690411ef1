"""Forgetting messages that have had their effect, so that outbox and inbox stay small; what is dead stays."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from building_blocks.messaging.models import InboxMessage, OutboxMessage

BATCH = 1000


def forget_finished(context: str, *, now: datetime) -> int:
    """
    Delete the oldest messages that were finished long ago (MESSAGES_KEPT), at most a batch of each box.

    :return: how many they were.
    """
    alias, until = settings.CONTEXTS[context], now - timedelta(days=settings.MESSAGES_KEPT)
    done = OutboxMessage.objects.using(alias).filter(state=OutboxMessage.State.DONE)
    handled = InboxMessage.objects.using(alias).filter(state=InboxMessage.State.HANDLED)
    return _forget(done, until) + _forget(handled, until)


def _forget(finished: "QuerySet[OutboxMessage] | QuerySet[InboxMessage]", until: datetime) -> int:
    """Oldest means lowest id, so that a batch is found by the primary key, however large the table."""
    oldest = finished.order_by("pk").values_list("pk", "occurred_at")[:BATCH]
    old = [pk for pk, occurred_at in oldest if occurred_at < until]
    return finished.filter(pk__in=old).delete()[0] if old else 0
