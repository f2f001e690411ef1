"""The shop's side: the messages of one order, read from the outboxes and inboxes as an operator would."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings


class MessageLog:
    """The messages about one order in all contexts."""

    def __init__(self, number: str) -> None:
        self.number = number
        self._order_id = ""
        self._seen: set[tuple[str, str, int]] = set()

    def order_id(self) -> str:
        """Return the order's id from its first event, or "" while there is none."""
        if not self._order_id:
            placed_events = self._rows("ordering", "OutboxMessage").filter(type="ordering.order_placed.v1")
            event = placed_events.filter(data__number=self.number).first()
            self._order_id = event.subject if event else ""
        return self._order_id

    def new_entries(self) -> list[tuple[datetime, str]]:
        """Return what has happened since the last call, each with its time, in order of time."""
        return sorted(self._new_entries()) if self.order_id() else []

    def _new_entries(self) -> Iterator[tuple[datetime, str]]:
        for context in settings.CONTEXTS:
            for row in self._rows(context, "OutboxMessage").filter(subject=self._order_id):
                if self._is_new(context, "out", row.pk):
                    yield row.occurred_at, f"{context:9} sends   {row.type}"
            for row in self._rows(context, "InboxMessage").filter(subject=self._order_id, state="handled"):
                if self._is_new(context, "in", row.pk):
                    yield row.handled_at, f"{context:9} handles {row.handler.partition('.')[2]}"

    def _rows(self, context: str, model: str) -> Any:
        return apps.get_model("messaging", model)._default_manager.using(settings.CONTEXTS[context])

    def _is_new(self, context: str, queue: str, key: int) -> bool:
        new = (context, queue, key) not in self._seen
        self._seen.add((context, queue, key))
        return new
