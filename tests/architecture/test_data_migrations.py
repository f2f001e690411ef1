"""Migrations that meet what an older version has stored: run again, by the administrator, and undone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections

from contexts.basket.db import database as basket
from contexts.basket.models import Basket, Coupon, Redemption
from contexts.catalog.db import database as catalog
from contexts.catalog.models import Brand, Category, Product, Supplier, Variant
from contexts.ordering.db import database as ordering
from contexts.ordering.models import Order
from provisioning.provision import as_administrator
from tests.shop import NOW, coupon, stocked

pytestmark = pytest.mark.usefixtures("real_commits")


BASKET = UUID(int=7)


class Undone(Exception):
    """Ends a transaction in nothing."""


@contextmanager
def before(database: Any, *statements: str) -> Iterator[Any]:
    """Let the tables be as they were before, and give what a migration gets; afterwards nothing has happened."""
    with as_administrator(database.alias, settings.DATABASE_URL):
        connection = connections[database.alias]
        try:
            with database.atomic():
                with connection.cursor() as cursor:
                    for statement in statements:
                        cursor.execute(statement)
                with connection.schema_editor(atomic=False) as schema_editor:
                    yield schema_editor
                raise Undone
        except Undone:
            pass


def ordered(**noted: Any) -> Order:
    """Store an order of the basket; what it names not, matters not here."""
    costs = dict.fromkeys(("subtotal", "discount", "shipping", "tax", "total"), 0)
    number, until = f"MH-{noted['basket_version']}", NOW + timedelta(days=1)
    return Order.objects.create(
        number=number, basket_id=BASKET, delivery_address={}, currency="EUR", deadline_at=until, **costs, **noted
    )


def test_coupons_of_one_code_in_two_cases_are_told_apart_and_keep_their_baskets_and_redemptions() -> None:
    migration = import_module("contexts.basket.migrations.0002_coupon_codes")
    with before(basket, "DROP INDEX coupon_code_once") as schema_editor:
        for code in ("welcome10", "WELCOME10", "Welcome10", "WELCOME10-2", "summer 5%"):
            coupon(code)
        Coupon.objects.filter(pk="WELCOME10").update(valid_from=NOW.replace(year=2020))
        Coupon.objects.filter(pk="WELCOME10-2").update(valid_from=NOW.replace(year=2030))
        put_on = Basket.open_for_token("token", now=NOW)
        put_on.apply(Coupon.objects.get(pk="welcome10"), now=NOW)
        redeemed = Redemption.objects.create(order_id=put_on.pk, code="welcome10", state="redeemed", created_at=NOW)

        migration.rename_twins(apps, schema_editor)
        schema_editor.execute("CREATE UNIQUE INDEX coupon_code_once ON basket_coupon (upper(code))")

        put_on.refresh_from_db()
        redeemed.refresh_from_db()
        assert sorted(Coupon.objects.values_list("code", flat=True)) == [
            "WELCOME10",
            "WELCOME10-2",
            "WELCOME10-3",
            "WELCOME10-4",
            "summer 5%",
        ]
        assert put_on.coupon_id == redeemed.code != "WELCOME10"


def test_skus_that_differ_in_case_alone_stop_the_upgrade_by_name() -> None:
    migration = import_module("contexts.catalog.migrations.0006_kept_by_postgres")
    with before(catalog, "DROP INDEX variant_sku_once") as schema_editor:
        product = stocked("TEA").product
        stocked("MUG")
        migration.refuse_twins(apps, schema_editor)
        Variant.objects.create(sku="tea", product=product, price=1)

        with pytest.raises(ValueError, match=r"\['TEA'\]"):
            migration.refuse_twins(apps, schema_editor)


def test_rows_of_before_get_their_sort_keys_batch_by_batch_and_what_has_no_variant_goes_off_sale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    migration = import_module("contexts.catalog.migrations.0007_fill_sort_keys")
    monkeypatch.setattr(migration, "BATCH", 2)
    tables = ("brand", "supplier", "category", "product")
    off = [f"ALTER TABLE catalog_{table} DISABLE TRIGGER USER" for table in tables]
    on = ["SET CONSTRAINTS ALL IMMEDIATE", *(statement.replace("DISABLE", "ENABLE") for statement in off)]
    with before(catalog, *off) as schema_editor:
        for sku in ("Ä", "B", "C", "D", "E"):
            stocked(sku)
        Category.objects.create(slug="mugs", name="Mugs", parent_id="things", path="/things/mugs/")
        bare = Product.objects.create(
            slug="bare", name="Bare", brand_id="acme", supplier_id="depot", category_id="mugs"
        )
        assert set(Product.objects.values_list("sort_key", flat=True)) == {""}
        for statement in on:
            schema_editor.execute(statement)

        migration.fill(apps, schema_editor)
        migration.end_sale_without_variant(apps, schema_editor)

        assert sorted(Product.objects.values_list("sort_key", flat=True)) == ["a", "b", "bare", "c", "d", "e"]
        assert Category.objects.get(pk="mugs").sort_key == "things\x01mugs\x01"
        assert (Brand.objects.get().sort_key, Supplier.objects.get().sort_key) == ("acme", "depot")
        assert list(Product.objects.filter(on_sale=False)) == [bare]


def test_a_basket_with_two_unpaid_orders_stays_with_the_newest_which_alone_empties_it() -> None:
    migration = import_module("contexts.ordering.migrations.0004_payment_attempts")
    with before(ordering, "DROP INDEX order_once_per_basket") as schema_editor:
        older, newer, paid = [
            ordered(basket_version=version, placed_at=NOW + timedelta(minutes=version)) for version in (1, 2, 3)
        ]
        Order.objects.filter(pk=paid.pk).update(status="confirmed")

        schema_editor.execute(migration.ONE_ORDER_OF_A_BASKET)

        baskets = dict(Order.objects.values_list("pk", "basket_id"))
        assert baskets == {older.pk: older.pk, newer.pk: BASKET, paid.pk: BASKET}
