"""Two operators save at the same moment, each in a thread and a transaction."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections, transaction
from django.db.models import Model
from django.db.models.signals import pre_save

from contexts.basket.models import Coupon
from contexts.catalog.models import Brand, Product, Stock, Variant
from contexts.identity.models import User
from tests.admin.operators import PASSWORD, create_operator, form_data, operator_client
from tests.shop import NOW, coupon, create_variant
from tests.threads import concurrently

pytestmark = pytest.mark.usefixtures("real_commits")

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
TIMEOUT = 60  # seconds until a save must wait for a lock


def call_during(database: str, change: Callable[[], object], call: Callable[[], Any]) -> Any:
    """
    Return the result of a call that starts after another's change and before its commit.

    :param change: is made in a transaction on this database, which commits as soon as the call waits for a lock.
    """
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic(using=database), psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
            change()
            running = thread.submit(_run, call)
            end = time.monotonic() + TIMEOUT
            while connection.execute(WAITING).fetchone() == (0,) and not running.done():
                assert time.monotonic() < end, "the call does not wait for a lock"
                time.sleep(0.01)
        return running.result()


@contextmanager
def before_save(model: type[Model], change: Callable[[], object]) -> Iterator[None]:
    """Make and commit a change when the next row of this model has been checked and is about to be saved."""

    def first(**_: Any) -> None:
        pre_save.disconnect(first, sender=model)
        with ThreadPoolExecutor(1) as thread:
            thread.submit(_run, change).result()

    pre_save.connect(first, sender=model)
    yield


def _run(call: Callable[[], Any]) -> Any:
    try:
        return call()
    finally:
        connections.close_all()


class TestOneForm:
    def test_waits_for_another_save_and_then_shows_its_changes(self) -> None:
        product, kim = create_variant("MUG").product, operator_client()
        address = f"/admin/catalog/product/{product.pk}/change/"
        opened = form_data(kim.get(address))

        answer = call_during(
            "catalog",
            lambda: Product.objects.update(on_sale=False),
            lambda: kim.post(address, opened | {"description": "Enamelled"}),
        )

        assert answer.context["conflict"].changes == ["On sale: “no”, was “yes”."]
        assert (Product.objects.get().on_sale, Product.objects.get().description) == (False, "")

    def test_waits_for_a_change_of_a_row_of_its_inlines(self) -> None:
        product, kim = create_variant("MUG", price="10.00").product, operator_client()
        address = f"/admin/catalog/product/{product.pk}/change/"
        opened = form_data(kim.get(address))

        answer = call_during(
            "catalog",
            lambda: Variant.objects.update(price=7),
            lambda: kim.post(address, opened | {"variants-0-name": "Large"}),
        )

        assert answer.context["conflict"].changes == ["Price, EUR of variant “MUG”: “7.00”, was “10.00”."]
        assert str(Variant.objects.get().price) == "7.00"

    def test_that_two_operators_send_at_once_is_saved_once(self) -> None:
        coupon("TENTH", percent_off=10)
        browsers = [operator_client(email=f"{name}@example.com") for name in ("kim", "lou")]
        address = "/admin/basket/coupon/TENTH/change/"

        for percent in (20, 30, 40):
            forms = [form_data(browser.get(address)) for browser in browsers]
            answers = concurrently(
                lambda: browsers[0].post(address, forms[0] | {"percent_off": str(percent)}),  # noqa: B023
                lambda: browsers[1].post(address, forms[1] | {"max_uses": str(percent)}),  # noqa: B023
            )

            assert sorted(answer.status_code for answer in answers) == [200, 302]
            row = Coupon.objects.get()
            assert (row.percent_off == percent) != (row.max_uses == percent)

    def test_loses_no_use_of_a_coupon_that_is_redeemed_meanwhile(self) -> None:
        coupon("TENTH", max_uses=50)
        kim, address = operator_client(), "/admin/basket/coupon/TENTH/change/"
        opened = form_data(kim.get(address))

        answer = call_during(
            "basket",
            lambda: Coupon.objects.redeem("TENTH", now=NOW),
            lambda: kim.post(address, opened | {"max_uses": "60"}),
        )

        assert answer.status_code == 302
        assert (Coupon.objects.get().uses, Coupon.objects.get().max_uses) == (1, 60)

    def test_of_a_deleted_row_does_not_create_it_again(self) -> None:
        Brand.objects.create(slug="acme", name="Acme")
        kim, address = operator_client(), "/admin/catalog/brand/acme/change/"
        opened = form_data(kim.get(address))

        answer = call_during(
            "catalog", Brand.objects.all().delete, lambda: kim.post(address, opened | {"name": "Acme Ltd"})
        )

        assert answer.status_code == 404
        assert not Brand.objects.exists()

    def test_of_a_stock_counts_both_changes(self) -> None:
        create_variant("MUG", on_hand=10)
        browsers = [operator_client(email=f"{name}@example.com") for name in ("kim", "lou")]
        address = "/admin/catalog/stock/MUG/change/"
        forms = [form_data(browser.get(address)) | {"delta": "5", "reason": "received"} for browser in browsers]

        answers = concurrently(*(lambda n=n: browsers[n].post(address, forms[n]) for n in (0, 1)))

        assert [answer.status_code for answer in answers] == [302, 302]
        assert Stock.objects.get().on_hand == 20


class TestANewRow:
    """Its key is free when both forms are checked."""

    def test_does_not_overwrite_a_coupon_that_another_has_just_added(self) -> None:
        kim, theirs = operator_client(), partial(coupon, "SPRING", percent_off=10)
        form = {"code": "SPRING", "percent_off": "20", "valid_from_0": "2026-01-01", "valid_from_1": "00:00"}

        answer = call_during("basket", theirs, lambda: kim.post("/admin/basket/coupon/add/", form | {"max_uses": "5"}))

        assert (answer.status_code, "already" in answer.content.decode()) == (200, True)
        assert Coupon.objects.get().percent_off == 10

    def test_does_not_overwrite_a_brand_that_another_has_just_added(self) -> None:
        kim, theirs = operator_client(), partial(Brand.objects.create, slug="acme", name="Theirs")

        answer = call_during(
            "catalog", theirs, lambda: kim.post("/admin/catalog/brand/add/", {"slug": "acme", "name": "Mine"})
        )

        assert (answer.status_code, "already" in answer.content.decode()) == (200, True)
        assert Brand.objects.get().name == "Theirs"

    def test_does_not_take_the_sku_of_another_product(self) -> None:
        mug, pan, kim = create_variant("MUG").product, create_variant("PAN").product, operator_client()
        address = f"/admin/catalog/product/{pan.pk}/change/"
        new = {"sku": "XL", "price": "1", "weight_grams": "1", "position": "1", "product": str(pan.pk)}
        form = form_data(kim.get(address)) | {f"variants-1-{name}": value for name, value in new.items()}
        theirs = partial(Variant.objects.create, sku="XL", product=mug, price=5)

        answer = call_during("catalog", theirs, lambda: kim.post(address, form | {"variants-TOTAL_FORMS": "2"}))

        assert (answer.status_code, "already" in answer.content.decode()) == (200, True)
        assert Variant.objects.get(pk="XL").product_id == mug.pk

    def test_of_an_operator_is_refused_if_the_address_has_just_been_taken(self) -> None:
        kim = operator_client()
        new = {"email": "lou@example.com", "name": "Lou", "password1": "nine-tall-cups", "password2": "nine-tall-cups"}

        first, second = concurrently(*(lambda: kim.post("/admin/identity/user/add/", new),) * 2)

        assert sorted((first.status_code, second.status_code)) == [200, 302]
        assert User.objects.filter(email="lou@example.com").count() == 1


class TestAKeyTakenAfterItsCheck:
    def test_of_a_coupon_stays_with_the_other(self) -> None:
        kim, theirs = operator_client(), partial(coupon, "SPRING", percent_off=10)
        form = {"code": "SPRING", "percent_off": "20", "valid_from_0": "2026-01-01", "valid_from_1": "00:00"}

        with before_save(Coupon, theirs):
            answer = kim.post("/admin/basket/coupon/add/", form | {"max_uses": "5"})

        assert answer.status_code == 200
        assert str(Coupon.objects.get().percent_off) == "10.00"

    def test_of_a_variant_stays_with_the_other_product(self) -> None:
        mug, pan, kim = create_variant("MUG").product, create_variant("PAN").product, operator_client()
        address = f"/admin/catalog/product/{pan.pk}/change/"
        new = {"sku": "XL", "price": "1", "weight_grams": "1", "position": "1", "product": str(pan.pk)}
        form = form_data(kim.get(address)) | {f"variants-1-{name}": value for name, value in new.items()}
        theirs = partial(Variant.objects.create, sku="XL", product=mug, price=5)

        with before_save(Variant, theirs):
            answer = kim.post(address, form | {"variants-TOTAL_FORMS": "2"})

        assert (answer.status_code, Variant.objects.get(pk="XL").product_id) == (200, mug.pk)


class TestAPassword:
    @pytest.mark.parametrize("own", [True, False])
    def test_is_changed_without_restoring_an_access_that_ends_meanwhile(self, own: bool) -> None:
        kim, lou = operator_client(), create_operator("Order desk", "lou@example.com")
        address = "/admin/password_change/" if own else f"/admin/identity/user/{lou.pk}/password/"
        names = ("new_password1", "new_password2") if own else ("password1", "password2")
        form = dict.fromkeys(names, "nine-tall-cups") | {"old_password": PASSWORD, "usable_password": "true"}
        row = User.objects.filter(email="kim@example.com" if own else "lou@example.com")

        call_during("default", lambda: row.update(is_active=False), lambda: kim.post(address, form))

        after = row.get()
        assert (after.check_password("nine-tall-cups"), after.is_active) == (True, False)
