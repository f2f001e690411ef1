"""Give back the use of a coupon."""

from datetime import datetime
from uuid import UUID

from contexts.basket.db import atomic
from contexts.basket.models import Coupon, Redemption


def release_redemption(order_id: UUID, *, now: datetime) -> list[str]:
    """
    Return the code that the order uses, if any, which is to be released in the same transaction.

    The order never will use one again.
    """
    redemption = Redemption.get_or_tombstone(order_id, now=now)
    if redemption.state != Redemption.State.REDEEMED:
        return []
    redemption.transition_to(Redemption.State.RELEASED)
    return [redemption.code]


def release_coupon(*, order_id: UUID, now: datetime) -> None:
    """Release the order's coupon, if it holds one, and see to it that it never will again."""
    with atomic():
        for code in release_redemption(order_id, now=now):
            Coupon.objects.release(code)
