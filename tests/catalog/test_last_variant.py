"""The last variant of a product goes while the product is put on sale, or while the last but one goes."""

import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError

from contexts.catalog.db import atomic
from contexts.catalog.models import Product, Variant
from tests.shop import stocked
from tests.threads import at_once

pytestmark = pytest.mark.usefixtures("real_commits")


def remove(sku: str) -> None:
    Variant.objects.filter(pk=sku).delete()


def put_on_sale() -> None:
    Product.objects.update(on_sale=True)


def committed(do: Callable[[], None], *, after: float, before_commit: float) -> bool:
    """Do something in a transaction of its own, with pauses in seconds, and return whether it was let through."""
    time.sleep(after)
    try:
        with atomic():
            do()
            time.sleep(before_commit)
    except IntegrityError:
        return False
    return True


def is_sound() -> bool:
    return not Product.objects.filter(on_sale=True, variants=None).exists()


@pytest.mark.parametrize("first", ["remove", "put on sale"])
def test_while_it_is_put_on_sale_is_not_sold_for_nothing(first: str) -> None:
    stocked("MUG")
    Product.objects.update(on_sale=False)
    calls: dict[str, Callable[[], None]] = {"remove": partial(remove, "MUG"), "put on sale": put_on_sale}
    late = {name: 0.1 * (name != first) for name in calls}

    at_once(*[partial(committed, do, after=late[name], before_commit=0.3) for name, do in calls.items()])

    assert is_sound()


def test_while_the_last_but_one_goes_takes_the_product_off_sale() -> None:
    product = stocked("MUG").product
    Variant.objects.create(sku="MUG-XL", product=product, price=1)

    gone = at_once(*[partial(committed, partial(remove, sku), after=0, before_commit=0.3) for sku in ("MUG", "MUG-XL")])

    assert gone == [True, True]
    assert not Product.objects.get().on_sale
