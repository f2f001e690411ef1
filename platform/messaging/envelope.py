"""The envelope in which a message travels: CloudEvents 1.0 attributes around plain JSON data."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from messaging.declare import declaration, message_class
from observability.tracing import current_traceparent


class UnknownMessage(LookupError):
    """Raised if this code does not declare the type of a message. The message is kept, never dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """
    A message with the attributes that every bus carries.

    :param source: the context that sent the message.
    :param subject: the id of its aggregate, which is also its ordering key.
    :param time: when the message was sent, timezone-aware.
    :param traceparent: the W3C trace context of its sender, or "".
    """

    id: UUID = field(default_factory=uuid4)
    type: str
    source: str
    subject: str
    time: datetime
    data: Any
    traceparent: str

    def unwrap(self) -> object:
        """
        Return the message inside.

        :raises UnknownMessage: this code declares no such type.
        :raises msgspec.ValidationError: the data do not match the type.
        """
        cls = message_class(self.type)
        if cls is None:
            raise UnknownMessage(f"no message {self.type} is declared")
        return msgspec.convert(self.data, cls)


def wrap(message: object, *, source: str, now: datetime) -> Envelope:
    """Return the message in a new envelope."""
    declared = declaration(message)
    return Envelope(
        type=declared.type,
        source=source,
        subject=str(getattr(message, declared.key)),
        time=now,
        data=msgspec.to_builtins(message),
        traceparent=current_traceparent(),
    )
