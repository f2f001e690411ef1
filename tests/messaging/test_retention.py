"""Retention deletes messages that were finished long ago, and no others."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from building_blocks.databases import deleting
from messaging import dispatcher
from messaging.envelope import Envelope
from messaging.models import InboxMessage, OutboxMessage
from messaging.retention import delete_finished
from tests.shop import NOW

pytestmark = pytest.mark.django_db(databases=["basket"])

LONG_AGO = NOW - timedelta(days=settings.MESSAGES_KEPT, seconds=1)
LATELY = NOW - timedelta(days=settings.MESSAGES_KEPT - 1)


def envelope(at: object) -> Envelope:
    return Envelope(type="x", source="basket", subject="x", time=at, data={}, traceparent="")  # type: ignore[arg-type]


def sent(state: str, at: object) -> None:
    OutboxMessage.objects.using("basket").bulk_create(
        [OutboxMessage.from_envelope(envelope(at), available_at=at, state=state)]
    )


def received(state: str, at: object) -> None:
    row = InboxMessage.from_envelope(envelope(at), handler=str(uuid4()), received_at=at, available_at=at, state=state)
    InboxMessage.objects.using("basket").bulk_create([row])


def states() -> list[str]:
    queues = (OutboxMessage, InboxMessage)
    return [
        state
        for queue in queues
        for state in queue.objects.using("basket").order_by("pk").values_list("state", flat=True)
    ]


def test_deletes_old_finished_messages_and_no_others() -> None:
    for state in ("dead", "pending", "sent", "done"):
        sent(state, LONG_AGO)
    sent("done", LATELY)
    for state in ("dead", "pending", "handled"):
        received(state, LONG_AGO)
    received("handled", LATELY)

    assert delete_finished("basket", now=NOW) == 2

    assert states() == ["dead", "pending", "sent", "done", "dead", "pending", "handled"]


def test_deletes_one_batch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deleting, "BATCH_SIZE", 2)
    for _ in range(3):
        sent("done", LONG_AGO)

    assert [delete_finished("basket", now=NOW) for _ in range(3)] == [2, 1, 0]


def test_is_part_of_the_dispatchers_housekeeping(monkeypatch: pytest.MonkeyPatch) -> None:
    sent("done", LONG_AGO)
    received("handled", LONG_AGO)
    monkeypatch.setattr(dispatcher, "_housekeeping_due_at", 0.0)

    dispatcher._housekeeping(["basket"])

    assert states() == []
