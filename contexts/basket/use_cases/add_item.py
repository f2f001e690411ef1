"""Add an item to a basket."""

from datetime import datetime

from contexts.basket import neighbours
from contexts.basket.db import atomic
from contexts.basket.domain.shopper import Shopper, new_token
from contexts.basket.domain.stock_check import check_quantity
from contexts.basket.models import Basket


def add_item(*, shopper: Shopper, sku: str, quantity: int, now: datetime) -> str | None:
    """
    Add this quantity of a SKU to the shopper's basket.

    :return: the token of the basket, if it is a new anonymous one.
    :raises UnknownSku: the SKU is not sold.
    :raises NotEnoughInStock: the basket would contain more than can be bought.
    :raises UnknownBasket: no basket has the shopper's token.
    """
    offers = neighbours.catalog.offers(skus=[sku])
    with atomic():
        basket, token = _basket_of(shopper, now=now)
        new_quantity = basket.quantity_of(sku) + quantity
        basket.set_item(check_quantity(offers, sku, new_quantity), new_quantity, now=now)
    return token


def _basket_of(shopper: Shopper, *, now: datetime) -> tuple[Basket, str | None]:
    if shopper.customer_id is not None:
        return Basket.open_for_customer(shopper.customer_id, now=now), None
    existing = Basket.objects.select_for_update().of(shopper)
    if existing is not None:
        return existing, None
    token = new_token()
    return Basket.open_for_token(token, now=now), token
