"""Use a coupon up for an order."""

from datetime import datetime
from uuid import UUID

from building_blocks.messaging.publishing import publish
from contexts.basket.db import atomic
from contexts.basket.models import Coupon, Redemption
from contexts.basket.published.events import CouponRedeemed, CouponRejected
from contexts.basket.use_cases.release_coupon import release_coupon


def redeem_coupon(*, order_id: UUID, code: str, replaces: UUID | None = None, now: datetime) -> None:
    """
    Redeem the coupon for the order, if it may be, and say which; do nothing where the order is known already.

    :param replaces: an order whose use of a coupon is given back first.
    """
    with atomic():
        redemption = Redemption.open_for(order_id, code, now=now)
        if redemption is None:
            return
        if replaces:
            release_coupon(order_id=replaces, now=now)
        if Coupon.objects.redeem(code, now=now):
            publish(CouponRedeemed(order_id=order_id))
        else:
            redemption.become(Redemption.State.REJECTED)
            publish(CouponRejected(order_id=order_id, code=code))
