"""Empty a basket."""

from datetime import datetime

from contexts.basket.db import atomic
from contexts.basket.domain.shopper import Shopper
from contexts.basket.models import Basket


def empty_basket(*, shopper: Shopper, now: datetime) -> None:
    """
    Remove every item and the coupon from the shopper's basket, if there is one.

    :raises UnknownBasket: no basket has the shopper's token.
    """
    with atomic():
        basket = Basket.objects.select_for_update().of(shopper)
        if basket is not None:
            basket.empty(now=now)
