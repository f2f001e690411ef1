"""The envelope in which a message travels: CloudEvents 1.0 attributes around plain JSON data."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from messaging.declare import declaration, message_class
from observability.tracing import current_traceparent


class UnknownMessage(LookupError):
    """Raised where this code does not know a message's type; the message is kept, never dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """
    :param source: the context that sent it.
    :param subject: the aggregate it is about.
    :param time: when it was sent, aware.
    :param traceparent: the W3C trace context of what caused it, or "".
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

        :raises UnknownMessage: no such type is declared.
        :raises msgspec.ValidationError: the data do not fit the type.
        """
        cls = message_class(self.type)
        if cls is None:
            raise UnknownMessage(f"no message {self.type} is declared")
        return msgspec.convert(self.data, cls)


def wrap(message: object, *, source: str, now: datetime) -> Envelope:
    """Put a message in its envelope."""
    declared = declaration(message)
    return Envelope(
        type=declared.type,
        source=source,
        subject=str(getattr(message, declared.key)),
        time=now,
        data=msgspec.to_builtins(message),
        traceparent=current_traceparent(),
    )
