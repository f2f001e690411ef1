"""
The bus carries envelopes from an outbox to the inboxes of the contexts that subscribe.

Every bus keeps one promise: a receipt means that the receiver's inbox holds the message. No receipt means
nothing at all; the relay sends again, and the inbox absorbs what it holds already.
"""

import logging
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError

from building_blocks.messaging import inbox
from building_blocks.messaging.envelope import Envelope

logger = logging.getLogger(__name__)

Parcels = dict[str, list[Envelope]]
"""For each receiving context, the envelopes that it has not confirmed yet."""

Receipts = dict[str, set[UUID]]


class Bus(Protocol):
    def deliver(self, parcels: Parcels, *, now: datetime) -> Receipts:
        """Take the envelopes, and return which contexts have confirmed which of them already."""
        ...


class InProcessBus:
    """
    Stores at once in the inbox of each receiving context of this process; one whose database is away holds up no other.

    A context that runs elsewhere gets nothing, and confirms nothing: what is for it stays in the outbox.
    """

    def deliver(self, parcels: Parcels, *, now: datetime) -> Receipts:
        receipts: Receipts = {}
        for context in parcels.keys() & settings.CONTEXTS.keys():
            envelopes = parcels[context]
            try:
                inbox.store(context, envelopes, now=now)
            except DatabaseError:
                logger.exception("%s could not store %d messages; they will be sent again", context, len(envelopes))
            else:
                receipts[context] = {envelope.id for envelope in envelopes}
        return receipts
