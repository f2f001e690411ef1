"""The bus within one process: no broker, and nothing beside the databases."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError

from messaging import inbox
from messaging.bus import Acknowledgements, Batches

logger = logging.getLogger(__name__)


class InProcessBus:
    """
    Stores at once in the inbox of each receiving context of this process; one whose database is away holds up no other.

    A context that runs elsewhere gets nothing, and confirms nothing: what is for it stays in the outbox.
    """

    def deliver(self, batches: Batches, *, now: datetime) -> Acknowledgements:
        acknowledgements: Acknowledgements = {}
        for context in batches.keys() & settings.CONTEXTS.keys():
            envelopes = batches[context]
            try:
                inbox.store(context, envelopes, now=now)
            except DatabaseError:
                logger.exception("%s could not store %d messages; they will be sent again", context, len(envelopes))
            else:
                acknowledgements[context] = {envelope.id for envelope in envelopes}
        return acknowledgements
