"""Change how many of a SKU are in the house, and write down why."""

from datetime import datetime
from uuid import UUID

from building_blocks.refusals import Refusal
from contexts.catalog.db import atomic
from contexts.catalog.models import MAX_ON_HAND, Stock, StockMovement

Reason = StockMovement.Reason
MAX_DELTA = 1_000_000
MANUAL_REASONS = (Reason.RECEIVED, Reason.COUNTED, Reason.LOST)


class ImplausibleChange(Refusal):
    """Nothing would change, or the reason says the opposite of the number."""

    code = "implausible_change"
    kind = "invalid"


class TooManyOnHand(Refusal):
    """So many of one SKU cannot be counted."""

    code = "too_many_on_hand"


class TooFewOnHand(Refusal):
    """So many are not there to be taken: what is reserved is promised to somebody."""

    code = "too_few_on_hand"


def change_stock(*, sku: str, delta: int, reason: str, note: str = "", operator_id: UUID, now: datetime) -> None:
    """
    Let so many pieces come into the house, or leave it where `delta` is negative.

    :param reason: one of `MANUAL_REASONS`; what is sold or returned is so by an order.
    :raises ImplausibleChange: `delta` is zero, or does not go with the reason.
    :raises TooManyOnHand: more would be there than can be counted.
    :raises TooFewOnHand: fewer would be left than are reserved, or the SKU has no stock at all.
    """
    check_change(delta, reason)
    with atomic():
        if not Stock.objects.change(sku, delta, maximum=MAX_ON_HAND):
            if delta > 0:
                raise TooManyOnHand(f"So many of {sku} cannot be kept: at most {MAX_ON_HAND:,} of one variant.")
            raise TooFewOnHand(f"Not so many of {sku} can go: fewer would be left than are reserved for orders.")
        StockMovement.objects.create(
            stock_id=sku, delta=delta, reason=reason, note=note, operator_id=operator_id, at=now
        )


def check_change(delta: int, reason: str) -> None:
    """
    Check that a change says what it means, before anybody looks at the stock.

    :raises ImplausibleChange: `delta` is zero, too large, or does not go with the reason.
    """
    if reason not in MANUAL_REASONS:
        raise ImplausibleChange("Say why: goods received, corrected after a count, or damaged or lost.")
    if abs(delta) > MAX_DELTA:
        raise ImplausibleChange(f"At most {MAX_DELTA:,} pieces come or go at once.")
    if delta == 0:
        raise ImplausibleChange("Say how many pieces come or go: zero changes nothing.")
    if reason == Reason.RECEIVED and delta < 0:
        raise ImplausibleChange("Goods received are more than zero: leave out the minus.")
    if reason == Reason.LOST and delta > 0:
        raise ImplausibleChange("What is damaged or lost goes: put a minus before the number.")
