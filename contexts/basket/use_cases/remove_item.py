"""Remove an item from a basket."""

from datetime import datetime

from contexts.basket.db import atomic
from contexts.basket.domain.shopper import Shopper
from contexts.basket.models import Basket
from contexts.basket.use_cases.change_quantity import NotInBasket


def remove_item(*, shopper: Shopper, sku: str, now: datetime) -> None:
    """
    Remove a SKU from the shopper's basket.

    :raises NotInBasket: the SKU is not in the basket.
    :raises UnknownBasket: no basket has the shopper's token.
    """
    with atomic():
        basket = Basket.objects.select_for_update().of(shopper)
        if basket is None or not basket.remove_item(sku, now=now):
            raise NotInBasket(f"{sku} is not in the basket.", sku=sku)
