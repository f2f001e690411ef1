"""Redeem a coupon for an order."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from contexts.basket.db import atomic
from contexts.basket.domain.redemption import RedemptionState
from contexts.basket.models import Coupon, Redemption
from contexts.basket.published.events import CouponRedeemed, CouponRejected
from contexts.basket.use_cases.release_coupon import release_redemption
from messaging.publishing import publish


def redeem_coupon(*, order_id: UUID, code: str, replaces: Iterable[UUID] = (), now: datetime) -> None:
    """
    Redeem the coupon for the order if it is usable, and publish CouponRedeemed or CouponRejected.

    If the order has a redemption already, nothing happens.

    :param replaces: orders whose coupons are released first.
    """
    with atomic():
        redemption = Redemption.begin(order_id, code, now=now)
        if redemption is None:
            return
        _release_replaced(sorted(replaces), new_code=code, now=now)
        if Coupon.objects.redeem(code, now=now):
            publish(CouponRedeemed(order_id=order_id))
        else:
            redemption.transition_to(RedemptionState.REJECTED)
            publish(CouponRejected(order_id=order_id, code=code))


def _release_replaced(replaced: list[UUID], *, new_code: str, now: datetime) -> None:
    """Release the coupons of these orders; lock all rows first: redemptions by order, then coupons by code."""
    held = [code for order_id in replaced for code in release_redemption(order_id, now=now)]
    if held:
        Coupon.objects.lock([new_code, *held])
    for code in held:
        Coupon.objects.release(code)
