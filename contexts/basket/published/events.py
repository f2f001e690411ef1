"""Events that basket publishes."""

from uuid import UUID

from messaging.declare import event


@event("basket.coupon_redeemed.v1", key="order_id")
class CouponRedeemed:
    """The coupon is redeemed for the order, until it is released."""

    order_id: UUID


@event("basket.coupon_rejected.v1", key="order_id")
class CouponRejected:
    """The coupon was not redeemed for the order: it is used up or no longer valid."""

    order_id: UUID
    code: str
