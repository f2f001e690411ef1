"""Give back the use of a coupon."""

from datetime import datetime
from uuid import UUID

from contexts.basket.db import atomic
from contexts.basket.models import Coupon, Redemption


def release_coupon(*, order_id: UUID, now: datetime) -> None:
    """Release the order's coupon, if it holds one, and see to it that it never will again."""
    with atomic():
        redemption = Redemption.of(order_id, now=now)
        if redemption.state == Redemption.State.REDEEMED:
            Coupon.objects.release(redemption.code)
            redemption.become(Redemption.State.RELEASED)
