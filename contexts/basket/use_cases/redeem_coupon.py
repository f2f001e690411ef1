"""Use a coupon up for an order."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from contexts.basket.db import atomic
from contexts.basket.models import Coupon, Redemption
from contexts.basket.published.events import CouponRedeemed, CouponRejected
from contexts.basket.use_cases.release_coupon import release_redemption
from messaging.publishing import publish


def redeem_coupon(*, order_id: UUID, code: str, replaces: Iterable[UUID] = (), now: datetime) -> None:
    """
    Redeem the coupon for the order, if it may be, and say which; do nothing where the order is known already.

    :param replaces: orders whose uses of coupons are given back first.
    """
    with atomic():
        redemption = Redemption.begin(order_id, code, now=now)
        if redemption is None:
            return
        _release_replaced(sorted(replaces), new_code=code, now=now)
        if Coupon.objects.redeem(code, now=now):
            publish(CouponRedeemed(order_id=order_id))
        else:
            redemption.transition_to(Redemption.State.REJECTED)
            publish(CouponRejected(order_id=order_id, code=code))


def _release_replaced(replaced: list[UUID], *, new_code: str, now: datetime) -> None:
    """Release the coupons of these orders, all rows locked first: redemptions by order, then coupons by code."""
    held = [code for order_id in replaced for code in release_redemption(order_id, now=now)]
    if held:
        Coupon.objects.lock([new_code, *held])
    for code in held:
        Coupon.objects.release(code)
