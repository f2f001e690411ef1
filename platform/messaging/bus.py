"""
The bus carries envelopes from an outbox to the inboxes of the contexts that subscribe.

Every bus keeps one promise: an acknowledgement means that the receiver's inbox holds the message. No acknowledgement
means nothing at all; the relay sends again, and the inbox absorbs what it holds already.
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from messaging.envelope import Envelope

Batches = dict[str, list[Envelope]]
"""For each receiving context, the envelopes that it has not confirmed yet."""

Acknowledgements = dict[str, set[UUID]]


class Bus(Protocol):
    def deliver(self, batches: Batches, *, now: datetime) -> Acknowledgements:
        """Take the envelopes, and return which contexts have confirmed which of them already."""
        ...
