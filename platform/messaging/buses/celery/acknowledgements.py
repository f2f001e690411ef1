"""Acknowledgements, collected for a moment and sent together: one task for many messages of one sender."""

import threading
from collections.abc import Iterable
from uuid import UUID

SEND_INTERVAL = 0.1  # seconds

_collected: dict[tuple[str, str], list[str]] = {}
_lock = threading.Lock()


def add(source: str, receiver: str, message_ids: Iterable[UUID]) -> None:
    """Collect acknowledgements. If the process dies before it sends them, the sender sends the messages again."""
    with _lock:
        _collected.setdefault((source, receiver), []).extend(str(id_) for id_ in message_ids)


def pop_all() -> dict[tuple[str, str], list[str]]:
    """Return the ids of the messages to acknowledge, by sender and receiver, and remove them."""
    with _lock:
        collected = dict(_collected)
        _collected.clear()
    return collected
