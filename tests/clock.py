"""A fixed present time, and the handling of messages as if time had passed."""

from datetime import UTC, datetime

from django.conf import settings

from messaging.inbox import handle
from messaging.models import InboxMessage, OutboxMessage
from messaging.relay import relay

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def run_until_idle_at(moment: datetime) -> None:
    """Send and handle every message that is due by this moment, and those that follow from it."""
    while [context for context in settings.CONTEXTS if relay(context, now=moment) or handle(context, now=moment)]:
        pass


def postpone(message: str, *, until: datetime, times: int = 1) -> None:
    """Let the pending messages of this type be due only at `until`; `times` is their expected number."""
    postponed = sum(
        queue.objects.using("ordering").filter(type=message, state="pending").update(available_at=until)
        for queue in (OutboxMessage, InboxMessage)
    )
    assert postponed == times
