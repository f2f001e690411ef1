"""Use a coupon up for an order."""

from datetime import datetime
from uuid import UUID

from building_blocks.messaging.publishing import publish
from contexts.basket.db import atomic
from contexts.basket.models import Coupon, Redemption
from contexts.basket.published.events import CouponRedeemed, CouponRejected


def redeem_coupon(*, order_id: UUID, code: str, now: datetime) -> None:
    """Redeem the coupon for the order, if it may be, and say which; do nothing where the order is known already."""
    with atomic():
        redemption = Redemption.open_for(order_id, code, now=now)
        if redemption is None:
            return
        if Coupon.objects.redeem(code, now=now):
            publish(CouponRedeemed(order_id=order_id))
        else:
            redemption.become(Redemption.State.REJECTED)
            publish(CouponRejected(order_id=order_id, code=code))
