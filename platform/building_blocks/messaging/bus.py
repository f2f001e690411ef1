"""
The bus carries envelopes from an outbox to the inboxes of the contexts that subscribe.

Every bus keeps one promise: a receipt means that the receiver's inbox holds the message. No receipt means
nothing at all; the relay sends again, and the inbox absorbs what it holds already.
"""

import logging
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import DatabaseError

from building_blocks.messaging import inbox
from building_blocks.messaging.envelope import Envelope
from building_blocks.messaging.subscriptions import handlers_of

logger = logging.getLogger(__name__)

Receipts = dict[str, set[UUID]]


class Bus(Protocol):
    def deliver(self, envelopes: list[Envelope], *, now: datetime) -> Receipts:
        """Take the envelopes, and return which contexts have confirmed which of them already."""
        ...


class InProcessBus:
    """Stores at once in the inbox of each receiving context; one whose database is away holds up no other."""

    def deliver(self, envelopes: list[Envelope], *, now: datetime) -> Receipts:
        receipts: Receipts = {}
        for context, received in _by_receiver(envelopes).items():
            try:
                inbox.store(context, received, now=now)
            except DatabaseError:
                logger.exception("%s could not store %d messages; they will be sent again", context, len(received))
            else:
                receipts[context] = {envelope.id for envelope in received}
        return receipts


def _by_receiver(envelopes: list[Envelope]) -> dict[str, list[Envelope]]:
    receivers: dict[str, list[Envelope]] = {}
    for envelope in envelopes:
        for context in handlers_of(envelope.type):
            receivers.setdefault(context, []).append(envelope)
    return receivers
