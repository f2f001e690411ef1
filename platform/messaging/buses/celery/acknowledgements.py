"""Acknowledgements, gathered for a moment and sent together: one task for many messages of one sender."""

import threading
from collections.abc import Iterable
from uuid import UUID

SEND_INTERVAL = 0.1  # seconds

_collected: dict[tuple[str, str], list[str]] = {}
_lock = threading.Lock()


def add(source: str, receiver: str, message_ids: Iterable[UUID]) -> None:
    """Remember to tell the sender that the receiver holds its messages; forgotten, they are sent and told again."""
    with _lock:
        _collected.setdefault((source, receiver), []).extend(str(id_) for id_ in message_ids)


def pop_all() -> dict[tuple[str, str], list[str]]:
    """Return the messages that are to be confirmed, by sender and receiver, and hold them no more."""
    with _lock:
        taken = dict(_collected)
        _collected.clear()
    return taken
