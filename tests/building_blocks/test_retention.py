"""Forgetting messages and used keys: those that had their effect long ago, and no others."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from building_blocks.databases import forgetting
from building_blocks.db import Database
from building_blocks.idempotency.keys import IdempotencyKey
from building_blocks.idempotency.models import UsedKey
from building_blocks.messaging import dispatcher
from building_blocks.messaging.envelope import Envelope
from building_blocks.messaging.models import InboxMessage, OutboxMessage
from building_blocks.messaging.retention import forget_finished
from tests.shop import NOW

pytestmark = pytest.mark.django_db(databases=["basket"])

LONG_AGO = NOW - timedelta(days=settings.MESSAGES_KEPT, seconds=1)
LATELY = NOW - timedelta(days=settings.MESSAGES_KEPT - 1)


def envelope(at: object) -> Envelope:
    return Envelope(type="x", source="basket", subject="x", time=at, data={}, traceparent="")  # type: ignore[arg-type]


def sent(state: str, at: object) -> None:
    OutboxMessage.objects.using("basket").bulk_create(
        [OutboxMessage.holding(envelope(at), available_at=at, state=state)]
    )


def received(state: str, at: object) -> None:
    row = InboxMessage.holding(envelope(at), handler=str(uuid4()), received_at=at, available_at=at, state=state)
    InboxMessage.objects.using("basket").bulk_create([row])


def states() -> list[str]:
    boxes = (OutboxMessage, InboxMessage)
    return [
        state for box in boxes for state in box.objects.using("basket").order_by("pk").values_list("state", flat=True)
    ]


def test_forgets_what_is_finished_and_old_and_keeps_what_is_dead_or_under_way_or_young() -> None:
    for state in ("dead", "pending", "sent", "done"):
        sent(state, LONG_AGO)
    sent("done", LATELY)
    for state in ("dead", "pending", "handled"):
        received(state, LONG_AGO)
    received("handled", LATELY)

    assert forget_finished("basket", now=NOW) == 2

    assert states() == ["dead", "pending", "sent", "done", "dead", "pending", "handled"]


def test_forgets_a_batch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    for _ in range(3):
        sent("done", LONG_AGO)

    assert [forget_finished("basket", now=NOW) for _ in range(3)] == [2, 1, 0]


def used(word: str, *, at: datetime) -> IdempotencyKey:
    key = IdempotencyKey.of(scope="anybody", key=word, body={})
    with Database("basket").atomic():
        key.claim(uuid4(), now=at)
    return key


def test_forgets_keys_once_nobody_repeats_their_request_any_more() -> None:
    kept = timedelta(days=settings.IDEMPOTENCY_KEYS_KEPT)
    old, young = used("old", at=NOW - kept - timedelta(seconds=1)), used("young", at=NOW - kept)

    forget_finished("basket", now=NOW)

    assert old.result("basket") is None
    assert young.result("basket")


def test_comes_again_soon_for_as_long_as_there_is_a_full_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    for number in range(5):
        used(str(number), at=datetime(2020, 1, 1, tzinfo=UTC))

    soon = []
    for _ in range(3):
        monkeypatch.setattr(dispatcher, "_keep_house_at", 0.0)
        dispatcher._keep_house(["basket"])
        soon.append(dispatcher._keep_house_at <= time.monotonic() + dispatcher.LOOK_EVERY)

    assert soon == [True, True, False]
    assert not UsedKey.objects.using("basket").exists()
