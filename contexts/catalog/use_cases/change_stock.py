"""Change how many pieces of a SKU are on hand, and record why."""

from datetime import datetime
from uuid import UUID

from contexts.catalog.db import atomic
from contexts.catalog.domain.stock import MAX_ON_HAND, TooFewOnHand, TooManyOnHand, check_change
from contexts.catalog.models import Stock, StockMovement


def change_stock(*, sku: str, delta: int, reason: str, note: str = "", operator_id: UUID, now: datetime) -> None:
    """
    Add `delta` pieces to the stock, or remove some if it is negative, and record the change in the ledger.

    :param reason: one of `MANUAL_REASONS`.
    :raises ImplausibleChange: `delta` is zero, too large, or contradicts the reason.
    :raises TooManyOnHand: more would be on hand than `MAX_ON_HAND`, or the SKU has no stock row.
    :raises TooFewOnHand: fewer would be on hand than are reserved, or the SKU has no stock row.
    """
    check_change(delta, reason)
    with atomic():
        if not Stock.objects.change(sku, delta, maximum=MAX_ON_HAND):
            if delta > 0:
                raise TooManyOnHand(f"The stock of {sku} would be too large: one SKU has at most {MAX_ON_HAND:,}.")
            raise TooFewOnHand(f"The stock of {sku} is too small: fewer would be left than are reserved for orders.")
        StockMovement.objects.create(
            stock_id=sku, delta=delta, reason=reason, note=note, operator_id=operator_id, at=now
        )
