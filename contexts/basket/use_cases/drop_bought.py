"""Take out of a basket what has been bought."""

from datetime import datetime
from uuid import UUID

from contexts.basket.db import atomic
from contexts.basket.models import Basket


def drop_bought(*, basket_id: UUID, bought: dict[str, int], now: datetime) -> None:
    """Reduce the basket by what an order took; do nothing where the basket is gone."""
    with atomic():
        basket = Basket.objects.select_for_update().filter(pk=basket_id).first()
        if basket is not None:
            basket.drop(bought, now=now)
