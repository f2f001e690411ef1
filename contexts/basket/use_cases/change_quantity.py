"""Change the quantity of an item in a basket."""

from datetime import datetime

from building_blocks.refusals import Refusal
from contexts.basket import neighbours
from contexts.basket.db import atomic
from contexts.basket.domain.shopper import Shopper
from contexts.basket.domain.stock_check import check_quantity
from contexts.basket.models import Basket


class NotInBasket(Refusal):
    code = "not_in_basket"
    kind = "not_found"


def change_quantity(*, shopper: Shopper, sku: str, quantity: int, now: datetime) -> None:
    """
    Set the quantity of a SKU in the shopper's basket, at its present price.

    :raises NotInBasket: the SKU is not in the basket.
    :raises UnknownSku: the SKU is no longer sold.
    :raises NotEnoughInStock: fewer can be bought.
    :raises UnknownBasket: no basket has the shopper's token.
    """
    offers = neighbours.catalog.offers(skus=[sku])
    with atomic():
        basket = Basket.objects.select_for_update().of(shopper)
        if basket is None or not basket.quantity_of(sku):
            raise NotInBasket(f"{sku} is not in the basket.", sku=sku)
        basket.set_item(check_quantity(offers, sku, quantity), quantity, now=now)
