"""Receipts, gathered for a moment and sent together: one task for many messages of one sender."""

import threading
from uuid import UUID

GATHER_FOR = 0.1  # seconds

_held: dict[tuple[str, str], list[str]] = {}
_lock = threading.Lock()


def note(source: str, receiver: str, message_id: UUID) -> None:
    """Remember to tell the sender that the receiver holds its message; forgotten, it is sent and told again."""
    with _lock:
        _held.setdefault((source, receiver), []).append(str(message_id))


def take() -> dict[tuple[str, str], list[str]]:
    """Return the messages that are to be confirmed, by sender and receiver, and hold them no more."""
    with _lock:
        taken = dict(_held)
        _held.clear()
    return taken
