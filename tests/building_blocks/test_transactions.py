"""Transactions, bound to one context's database each."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from building_blocks.databases.transactions import Database, TransactionMisused
from contexts.catalog.models import Brand
from web_api.idempotency.keys import IdempotencyKey, KeyAlreadyUsed, KeyUsedForAnotherRequest

pytestmark = pytest.mark.django_db(databases=["catalog", "basket"])

catalog, basket = Database("catalog"), Database("basket")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


class TestAtomic:
    def test_writes_all_or_nothing(self) -> None:
        with pytest.raises(ZeroDivisionError), catalog.atomic():
            Brand.objects.create(slug="acme", name="Acme")
            raise ZeroDivisionError

        assert not Brand.objects.exists()

    def test_joins_the_unit_of_work_that_is_open(self) -> None:
        with pytest.raises(ZeroDivisionError), catalog.atomic():
            with catalog.atomic():
                Brand.objects.create(slug="acme", name="Acme")
            raise ZeroDivisionError

        assert not Brand.objects.exists()

    def test_is_refused_inside_another_contexts_transaction(self) -> None:
        with pytest.raises(TransactionMisused), catalog.atomic(), basket.atomic():
            pass

    def test_lets_an_attempt_fail_without_losing_the_rest(self) -> None:
        with catalog.atomic():
            Brand.objects.create(slug="acme", name="Acme")
            with pytest.raises(ZeroDivisionError), catalog.savepoint():
                Brand.objects.create(slug="other", name="Other")
                raise ZeroDivisionError

        assert [brand.slug for brand in Brand.objects.all()] == ["acme"]


class TestAnIdempotencyKey:
    def key(self, *, body: object = "two mugs", scope: str = "ada") -> IdempotencyKey:
        return IdempotencyKey.of(scope=scope, key="k1", body=body)

    def test_leads_a_repeat_to_what_the_first_request_made(self) -> None:
        made = uuid4()
        with basket.atomic():
            self.key().claim(made, now=NOW)

        assert self.key().result("basket") == made
        with pytest.raises(KeyAlreadyUsed) as used, basket.atomic():
            self.key().claim(uuid4(), now=NOW)
        assert used.value.result_id == made

    def test_is_refused_with_another_body(self) -> None:
        with basket.atomic():
            self.key().claim(uuid4(), now=NOW)

        with pytest.raises(KeyUsedForAnotherRequest):
            self.key(body="three mugs").result("basket")

    def test_is_another_key_in_somebody_elses_hands(self) -> None:
        with basket.atomic():
            self.key().claim(uuid4(), now=NOW)

        assert self.key(scope="bob").result("basket") is None

    def test_is_free_again_where_the_work_failed(self) -> None:
        with pytest.raises(ZeroDivisionError), basket.atomic():
            self.key().claim(uuid4(), now=NOW)
            raise ZeroDivisionError

        assert self.key().result("basket") is None
