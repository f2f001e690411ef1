"""Deleting used idempotency keys: those of long ago, and no others."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from building_blocks.databases import deleting
from building_blocks.databases.transactions import Database
from messaging import dispatcher
from tests.shop import NOW
from web_api.idempotency.keys import IdempotencyKey
from web_api.idempotency.models import UsedKey
from web_api.idempotency.retention import delete_used_keys

pytestmark = pytest.mark.django_db(databases=["basket"])


def used(word: str, *, at: datetime) -> IdempotencyKey:
    key = IdempotencyKey.of(scope="anybody", key=word, body={})
    with Database("basket").atomic():
        key.claim(uuid4(), now=at)
    return key


def test_forgets_keys_once_nobody_repeats_their_request_any_more() -> None:
    kept = timedelta(days=settings.IDEMPOTENCY_KEYS_KEPT)
    old, young = used("old", at=NOW - kept - timedelta(seconds=1)), used("young", at=NOW - kept)

    delete_used_keys("basket", now=NOW)

    assert old.result("basket") is None
    assert young.result("basket")


def test_comes_again_soon_for_as_long_as_there_is_a_full_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deleting, "BATCH_SIZE", 2)
    for number in range(5):
        used(str(number), at=datetime(2020, 1, 1, tzinfo=UTC))

    soon = []
    for _ in range(3):
        monkeypatch.setattr(dispatcher, "_housekeeping_due_at", 0.0)
        dispatcher._housekeeping(["basket"])
        soon.append(dispatcher._housekeeping_due_at <= time.monotonic() + dispatcher.POLL_INTERVAL)

    assert soon == [True, True, False]
    assert not UsedKey.objects.using("basket").exists()
