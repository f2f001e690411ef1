"""Messages that come more than once."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from building_blocks.messaging.bus import InProcessBus, Parcels, Receipts
from building_blocks.messaging.models import OutboxMessage


class StutteringBus(InProcessBus):
    """Delivers everything twice."""

    def deliver(self, parcels: Parcels, *, now: datetime) -> Receipts:
        super().deliver(parcels, now=now)
        return super().deliver(parcels, now=now)


def send_everything_again() -> None:
    """Let every outbox forget that anything was ever sent."""
    for alias in settings.CONTEXTS.values():
        OutboxMessage.objects.using(alias).update(state="pending", confirmed_by=[], available_at=timezone.now())
