"""Messages about bells, which no context has: catalog publishes the events, basket receives the command."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from django.utils import timezone

from building_blocks.databases.transactions import Database
from messaging.declare import command, event
from messaging.models import InboxMessage, OutboxMessage
from messaging.publishing import publish

catalog, basket = Database("catalog"), Database("basket")
Listen = Callable[..., None]


@event("catalog.bell_rung.v1", key="bell_id")
class BellRung:
    bell_id: UUID


@event("catalog.bell_tuned.v1", key="bell_id")
class BellTuned:
    bell_id: UUID
    tone: str = "a"


@command("basket.answer_bell.v1", key="bell_id")
class AnswerBell:
    bell_id: UUID
    words: str = "come in"


def ring() -> UUID:
    """Publish a `BellRung` from catalog, and return the id of the bell."""
    bell_id = uuid4()
    with catalog.atomic():
        publish(BellRung(bell_id=bell_id))
    return bell_id


def outbox() -> OutboxMessage:
    """Return the only message in catalog's outbox."""
    return OutboxMessage.objects.using("catalog").get()


def inbox_of(context: str) -> InboxMessage:
    """Return the only message in a context's inbox."""
    return InboxMessage.objects.using(context).get()


def now() -> datetime:
    return timezone.now()
