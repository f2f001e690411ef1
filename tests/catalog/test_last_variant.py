"""Races for the last variant of a product: with a sale that begins, and with the removal of another variant."""

import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError

from contexts.catalog.db import atomic
from contexts.catalog.models import Product, Variant
from tests.catalog.variants import create_variant
from tests.threads import concurrently

pytestmark = pytest.mark.usefixtures("real_commits")


def remove(sku: str) -> None:
    Variant.objects.filter(pk=sku).delete()


def put_on_sale() -> None:
    Product.objects.update(on_sale=True)


def commit(change: Callable[[], None], *, after: float, before_commit: float) -> bool:
    """Make a change in its own transaction, with pauses in seconds; return False if a constraint refused it."""
    time.sleep(after)
    try:
        with atomic():
            change()
            time.sleep(before_commit)
    except IntegrityError:
        return False
    return True


def is_consistent() -> bool:
    return not Product.objects.filter(on_sale=True, variants=None).exists()


@pytest.mark.parametrize("first", ["remove", "put on sale"])
def test_a_product_is_never_on_sale_without_variants_if_both_happen_at_once(first: str) -> None:
    create_variant("MUG")
    Product.objects.update(on_sale=False)
    calls: dict[str, Callable[[], None]] = {"remove": partial(remove, "MUG"), "put on sale": put_on_sale}
    delays = {name: 0.1 * (name != first) for name in calls}

    concurrently(*[partial(commit, change, after=delays[name], before_commit=0.3) for name, change in calls.items()])

    assert is_consistent()


def test_a_product_goes_off_sale_if_its_two_last_variants_go_at_once() -> None:
    product = create_variant("MUG").product
    Variant.objects.create(sku="MUG-XL", product=product, price=1)

    removed = concurrently(
        *[partial(commit, partial(remove, sku), after=0, before_commit=0.3) for sku in ("MUG", "MUG-XL")]
    )

    assert removed == [True, True]
    assert not Product.objects.get().on_sale
