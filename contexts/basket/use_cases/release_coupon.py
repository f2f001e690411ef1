"""Release the coupon of an order."""

from datetime import datetime
from uuid import UUID

from contexts.basket.db import atomic
from contexts.basket.domain.redemption import RedemptionState
from contexts.basket.models import Coupon, Redemption


def release_redemption(order_id: UUID, *, now: datetime) -> list[str]:
    """
    Mark the order's redemption as released, for good.

    :return: the codes, one or none, that the caller must release in the same transaction.
    """
    redemption = Redemption.get_or_create_released(order_id, now=now)
    if redemption.state != RedemptionState.REDEEMED:
        return []
    redemption.transition_to(RedemptionState.RELEASED)
    return [redemption.code]


def release_coupon(*, order_id: UUID, now: datetime) -> None:
    """Release the order's coupon, if it has one, and keep the order from redeeming a coupon later."""
    with atomic():
        for code in release_redemption(order_id, now=now):
            Coupon.objects.release(code)
