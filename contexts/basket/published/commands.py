"""What other contexts may ask of basket for later."""

from uuid import UUID

from messaging.declare import command


@command("basket.redeem_coupon.v1", key="order_id")
class RedeemCoupon:
    """
    Use a coupon up for an order; answered by CouponRedeemed or CouponRejected.

    :param replaces: cancelled orders, whose uses of coupons are given back at the same moment.
    """

    order_id: UUID
    code: str
    replaces: tuple[UUID, ...] = ()


@command("basket.release_coupon.v1", key="order_id")
class ReleaseCoupon:
    """Give back the use of an order's coupon; one that arrives before its RedeemCoupon forestalls it."""

    order_id: UUID
