"""Letting time pass: what is due later happens now, as if it were then."""

from datetime import datetime

from django.conf import settings

from building_blocks.messaging.inbox import handle
from building_blocks.messaging.models import InboxMessage, OutboxMessage
from building_blocks.messaging.relay import relay


def work_off_at(moment: datetime) -> None:
    """Send and handle every message that is due by this moment, and what follows from it."""
    while [context for context in settings.CONTEXTS if relay(context, now=moment) or handle(context, now=moment)]:
        pass


def hold(message: str, *, until: datetime, times: int = 1) -> None:
    """Let a message that is under way, so many times, be due only then."""
    held = sum(
        box.objects.using("ordering").filter(type=message, state="pending").update(available_at=until)
        for box in (OutboxMessage, InboxMessage)
    )
    assert held == times
