"""Remove bought items from a basket."""

from datetime import datetime
from uuid import UUID

from contexts.basket.db import atomic
from contexts.basket.models import Basket


def remove_bought_items(*, basket_id: UUID, bought: dict[str, int], coupon: str | None = None, now: datetime) -> None:
    """
    Reduce the basket by the items of an order; do nothing if the basket was deleted.

    :param bought: the quantity of each SKU.
    :param coupon: the code that the order used, or "" for none; None removes any coupon from the basket.
    """
    with atomic():
        basket = _locked(basket_id)
        if basket is not None:
            basket.remove_bought(bought, coupon=coupon, now=now)


def _locked(basket_id: UUID) -> Basket | None:
    """Return the basket, or the one that it was merged into: the items may have moved there since they were ordered."""
    basket = Basket.objects.select_for_update().filter(pk=basket_id).first()
    return _locked(basket.merged_into_id) if basket and basket.merged_into_id else basket
