"""Letting time pass: what is due later happens now, as if it were then."""

from datetime import datetime

from django.conf import settings

from messaging.inbox import handle
from messaging.models import InboxMessage, OutboxMessage
from messaging.relay import relay


def run_until_idle_at(moment: datetime) -> None:
    """Send and handle every message that is due by this moment, and what follows from it."""
    while [context for context in settings.CONTEXTS if relay(context, now=moment) or handle(context, now=moment)]:
        pass


def postpone(message: str, *, until: datetime, times: int = 1) -> None:
    """Let a message that is under way, so many times, be due only then."""
    postponed = sum(
        queue.objects.using("ordering").filter(type=message, state="pending").update(available_at=until)
        for queue in (OutboxMessage, InboxMessage)
    )
    assert postponed == times
