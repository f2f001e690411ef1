"""
The bus carries envelopes from an outbox to the inboxes of the contexts that subscribe.

Every bus keeps one promise: an acknowledgement means that the receiver's inbox contains the message. A missing
acknowledgement means nothing: the relay sends the message again, and the inbox ignores messages that it already has.
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from messaging.envelope import Envelope

Batches = dict[str, list[Envelope]]
"""For each receiving context, the envelopes that it has not acknowledged yet."""

Acknowledgements = dict[str, set[UUID]]


class Bus(Protocol):
    def deliver(self, batches: Batches, *, now: datetime) -> Acknowledgements:
        """Take the envelopes, and return the acknowledgements that have already arrived; others may arrive later."""
        ...
