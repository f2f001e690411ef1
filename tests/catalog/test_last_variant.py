"""The last variant of a product goes while the product is put on sale, or while the last but one goes."""

import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError

from contexts.catalog.db import atomic
from contexts.catalog.models import Product, Variant
from tests.shop import create_variant
from tests.threads import concurrently

pytestmark = pytest.mark.usefixtures("real_commits")


def remove(sku: str) -> None:
    Variant.objects.filter(pk=sku).delete()


def put_on_sale() -> None:
    Product.objects.update(on_sale=True)


def committed(change: Callable[[], None], *, after: float, before_commit: float) -> bool:
    """Do something in a transaction of its own, with pauses in seconds, and return whether it was let through."""
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
def test_while_it_is_put_on_sale_is_not_sold_for_nothing(first: str) -> None:
    create_variant("MUG")
    Product.objects.update(on_sale=False)
    calls: dict[str, Callable[[], None]] = {"remove": partial(remove, "MUG"), "put on sale": put_on_sale}
    delays = {name: 0.1 * (name != first) for name in calls}

    concurrently(*[partial(committed, change, after=delays[name], before_commit=0.3) for name, change in calls.items()])

    assert is_consistent()


def test_while_the_last_but_one_goes_takes_the_product_off_sale() -> None:
    product = create_variant("MUG").product
    Variant.objects.create(sku="MUG-XL", product=product, price=1)

    gone = concurrently(
        *[partial(committed, partial(remove, sku), after=0, before_commit=0.3) for sku in ("MUG", "MUG-XL")]
    )

    assert gone == [True, True]
    assert not Product.objects.get().on_sale
