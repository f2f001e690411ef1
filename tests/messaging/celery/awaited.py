"""The Celery bus for tests that run step by step: each delivery is complete when `deliver` returns."""

import time
from datetime import datetime
from uuid import UUID

import redis
from django.conf import settings
from django.db.models import Q

from messaging.bus import Acknowledgements, Batches
from messaging.buses.celery.bus import CeleryBus
from messaging.models import OutboxMessage

TIMEOUT = 30  # seconds within which workers must store and acknowledge what they are sent


class AwaitedBus(CeleryBus):
    """Sends like its parent, and waits until workers have acknowledged all of it and the broker is empty."""

    def deliver(self, batches: Batches, *, now: datetime) -> Acknowledgements:
        super().deliver(batches, now=now)
        expected = {context: {envelope.id for envelope in envelopes} for context, envelopes in batches.items()}
        sources = {envelope.source for envelopes in batches.values() for envelope in envelopes}
        ids = set[UUID]().union(*expected.values())
        end = time.monotonic() + TIMEOUT
        while not all(theirs <= _acknowledged(context, sources, ids) for context, theirs in expected.items()):
            assert time.monotonic() < end, f"not acknowledged: {expected}"
            time.sleep(0.02)
        wait_until_empty()
        return expected


def wait_until_empty() -> None:
    """Wait until the broker has no message, and no worker has one that it has not stored yet."""
    broker = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    end = time.monotonic() + TIMEOUT
    while left := [name for name in settings.CONTEXTS if broker.llen(name)] or broker.hlen("unacked"):
        assert time.monotonic() < end, f"the broker still has messages: {left}"
        time.sleep(0.02)
    broker.close()


def _acknowledged(context: str, sources: set[str], ids: set[UUID]) -> set[UUID]:
    acknowledged = Q(acknowledged_by__contains=context) | Q(state=OutboxMessage.State.DONE)
    queues = [OutboxMessage.objects.using(settings.CONTEXTS[source]).filter(message_id__in=ids) for source in sources]
    return {id_ for queue in queues for id_ in queue.filter(acknowledged).values_list("message_id", flat=True)}
