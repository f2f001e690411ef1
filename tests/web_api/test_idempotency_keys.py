"""Idempotency keys: looked up before the effect, claimed in its transaction, and deleted after their retention."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from building_blocks.databases import deleting
from building_blocks.databases.transactions import Database
from messaging import dispatcher
from tests.shop import NOW
from web_api.idempotency.keys import IdempotencyKey, KeyAlreadyUsed, KeyUsedForAnotherRequest
from web_api.idempotency.models import UsedKey
from web_api.idempotency.retention import delete_used_keys

pytestmark = pytest.mark.django_db(databases=["basket"])

basket = Database("basket")


class TestAnIdempotencyKey:
    def key(self, *, body: object = "two mugs", scope: str = "ada") -> IdempotencyKey:
        return IdempotencyKey.of(scope=scope, key="k1", body=body)

    def test_returns_the_result_of_the_first_request_to_a_repeat(self) -> None:
        result = uuid4()
        with basket.atomic():
            self.key().claim(result, now=NOW)

        assert self.key().result("basket") == result
        with pytest.raises(KeyAlreadyUsed) as used, basket.atomic():
            self.key().claim(uuid4(), now=NOW)
        assert used.value.result_id == result

    def test_is_refused_with_another_body(self) -> None:
        with basket.atomic():
            self.key().claim(uuid4(), now=NOW)

        with pytest.raises(KeyUsedForAnotherRequest):
            self.key(body="three mugs").result("basket")

    def test_is_another_key_for_another_shopper(self) -> None:
        with basket.atomic():
            self.key().claim(uuid4(), now=NOW)

        assert self.key(scope="bob").result("basket") is None

    def test_is_free_again_if_the_transaction_fails(self) -> None:
        with pytest.raises(ZeroDivisionError), basket.atomic():
            self.key().claim(uuid4(), now=NOW)
            raise ZeroDivisionError

        assert self.key().result("basket") is None


def used(word: str, *, at: datetime) -> IdempotencyKey:
    """Return a key that was claimed at this time."""
    key = IdempotencyKey.of(scope="anyone", key=word, body={})
    with basket.atomic():
        key.claim(uuid4(), now=at)
    return key


class TestRetention:
    def test_deletes_keys_after_their_retention_period(self) -> None:
        age = timedelta(days=settings.IDEMPOTENCY_KEYS_KEPT)
        old, young = used("old", at=NOW - age - timedelta(seconds=1)), used("young", at=NOW - age)

        delete_used_keys("basket", now=NOW)

        assert old.result("basket") is None
        assert young.result("basket")

    def test_runs_again_soon_after_a_full_batch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(deleting, "BATCH_SIZE", 2)
        for number in range(5):
            used(str(number), at=datetime(2020, 1, 1, tzinfo=UTC))

        due_soon = []
        for _ in range(3):
            monkeypatch.setattr(dispatcher, "_housekeeping_due_at", 0.0)
            dispatcher._housekeeping(["basket"])
            due_soon.append(dispatcher._housekeeping_due_at <= time.monotonic() + dispatcher.POLL_INTERVAL)

        assert due_soon == [True, True, False]
        assert not UsedKey.objects.using("basket").exists()
