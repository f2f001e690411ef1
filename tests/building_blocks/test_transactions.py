"""Transactions, each bound to the database of one context."""

import pytest

from building_blocks.databases.transactions import Database, TransactionMisused
from contexts.catalog.models import Brand

pytestmark = pytest.mark.django_db(databases=["catalog", "basket"])

catalog, basket = Database("catalog"), Database("basket")


class TestAtomic:
    def test_writes_all_or_nothing(self) -> None:
        with pytest.raises(ZeroDivisionError), catalog.atomic():
            Brand.objects.create(slug="acme", name="Acme")
            raise ZeroDivisionError

        assert not Brand.objects.exists()

    def test_joins_the_open_transaction(self) -> None:
        with pytest.raises(ZeroDivisionError), catalog.atomic():
            with catalog.atomic():
                Brand.objects.create(slug="acme", name="Acme")
            raise ZeroDivisionError

        assert not Brand.objects.exists()

    def test_is_refused_inside_another_contexts_transaction(self) -> None:
        with pytest.raises(TransactionMisused), catalog.atomic(), basket.atomic():
            pass

    def test_keeps_the_rest_if_a_savepoint_fails(self) -> None:
        with catalog.atomic():
            Brand.objects.create(slug="acme", name="Acme")
            with pytest.raises(ZeroDivisionError), catalog.savepoint():
                Brand.objects.create(slug="other", name="Other")
                raise ZeroDivisionError

        assert [brand.slug for brand in Brand.objects.all()] == ["acme"]
