"""What basket tells everybody who listens."""

from uuid import UUID

from messaging.declare import event


@event("basket.coupon_redeemed.v1", key="order_id")
class CouponRedeemed:
    """One use of the coupon belongs to the order, until it is released."""

    order_id: UUID


@event("basket.coupon_rejected.v1", key="order_id")
class CouponRejected:
    """The order may not use the coupon: it is used up, or no longer valid."""

    order_id: UUID
    code: str
