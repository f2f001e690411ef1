"""The Celery bus, for a test that takes one step after the other: each is over when it returns."""

import time
from datetime import datetime
from uuid import UUID

import redis
from django.conf import settings
from django.db.models import Q

from building_blocks.messaging.bus import Parcels, Receipts
from building_blocks.messaging.models import OutboxMessage
from celery_bus.bus import CeleryBus

PATIENCE = 30  # seconds until a worker must have stored and confirmed what it was sent


class AwaitedBus(CeleryBus):
    """Sends as its parent does, and waits until workers have confirmed all of it and the broker holds nothing."""

    def deliver(self, parcels: Parcels, *, now: datetime) -> Receipts:
        super().deliver(parcels, now=now)
        wanted = {context: {envelope.id for envelope in envelopes} for context, envelopes in parcels.items()}
        sources = {envelope.source for envelopes in parcels.values() for envelope in envelopes}
        ids = set[UUID]().union(*wanted.values())
        end = time.monotonic() + PATIENCE
        while not all(found <= _confirmed(context, sources, ids) for context, found in wanted.items()):
            assert time.monotonic() < end, f"not confirmed: {wanted}"
            time.sleep(0.02)
        wait_until_empty()
        return wanted


def wait_until_empty() -> None:
    """Wait until the broker holds no message, nor a worker one that it has not stored yet."""
    broker = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    end = time.monotonic() + PATIENCE
    while left := [name for name in settings.CONTEXTS if broker.llen(name)] or broker.hlen("unacked"):
        assert time.monotonic() < end, f"the broker still holds messages: {left}"
        time.sleep(0.02)
    broker.close()


def _confirmed(context: str, sources: set[str], ids: set[UUID]) -> set[UUID]:
    confirmed = Q(confirmed_by__contains=context) | Q(state=OutboxMessage.State.DONE)
    boxes = [OutboxMessage.objects.using(settings.CONTEXTS[source]).filter(message_id__in=ids) for source in sources]
    return {id_ for box in boxes for id_ in box.filter(confirmed).values_list("message_id", flat=True)}
