"""Messages that are delivered more than once."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from messaging.bus import Acknowledgements, Batches, Bus
from messaging.models import OutboxMessage


class DuplicatingBus:
    """Delivers each message twice on the bus of the settings."""

    def __init__(self) -> None:
        self.bus: Bus = import_string(settings.BUS)()

    def deliver(self, batches: Batches, *, now: datetime) -> Acknowledgements:
        self.bus.deliver(batches, now=now)
        return self.bus.deliver(batches, now=now)


def resend_everything() -> None:
    """Mark every message in every outbox as never sent."""
    for alias in settings.CONTEXTS.values():
        OutboxMessage.objects.using(alias).update(state="pending", acknowledged_by=[], available_at=timezone.now())
