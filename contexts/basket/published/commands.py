"""Commands that other contexts send to basket."""

from uuid import UUID

from messaging.declare import command


@command("basket.redeem_coupon.v1", key="order_id")
class RedeemCoupon:
    """
    Redeem a coupon for an order; basket publishes CouponRedeemed or CouponRejected.

    :param replaces: cancelled orders, whose coupons are released in the same transaction.
    """

    order_id: UUID
    code: str
    replaces: tuple[UUID, ...] = ()


@command("basket.release_coupon.v1", key="order_id")
class ReleaseCoupon:
    """Release an order's coupon; a RedeemCoupon of the same order that arrives later has no effect."""

    order_id: UUID
