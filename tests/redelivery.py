"""Messages that come more than once."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from building_blocks.messaging.bus import Bus, Parcels, Receipts
from building_blocks.messaging.models import OutboxMessage


class StutteringBus:
    """Lets the bus of the settings deliver everything twice."""

    def __init__(self) -> None:
        self.bus: Bus = import_string(settings.BUS)()

    def deliver(self, parcels: Parcels, *, now: datetime) -> Receipts:
        self.bus.deliver(parcels, now=now)
        return self.bus.deliver(parcels, now=now)


def send_everything_again() -> None:
    """Let every outbox forget that anything was ever sent."""
    for alias in settings.CONTEXTS.values():
        OutboxMessage.objects.using(alias).update(state="pending", confirmed_by=[], available_at=timezone.now())
