"""The bus within one process: it needs only the databases, and no broker."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError

from messaging import inbox
from messaging.bus import Acknowledgements, Batches

logger = logging.getLogger(__name__)


class InProcessBus:
    """
    Stores messages directly in the inbox of each receiving context of this process.

    A context whose database is unavailable does not delay the others. A context of another process receives nothing:
    its messages stay in the outbox.
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
