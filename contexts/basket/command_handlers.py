"""Basket's handlers of commands."""

from datetime import datetime

from contexts.basket.domain.commands import DeleteAbandonedBaskets
from contexts.basket.published.commands import RedeemCoupon, ReleaseCoupon
from contexts.basket.use_cases.delete_abandoned_baskets import delete_abandoned_baskets
from contexts.basket.use_cases.redeem_coupon import redeem_coupon
from contexts.basket.use_cases.release_coupon import release_coupon
from messaging.publishing import send
from messaging.subscriptions import on


@on(RedeemCoupon)
def redeem_coupon_of_order(command: RedeemCoupon, *, now: datetime) -> None:
    redeem_coupon(order_id=command.order_id, code=command.code, replaces=command.replaces, now=now)


@on(ReleaseCoupon)
def release_coupon_of_order(command: ReleaseCoupon, *, now: datetime) -> None:
    release_coupon(order_id=command.order_id, now=now)


@on(DeleteAbandonedBaskets)
def delete_baskets_that_are_abandoned(command: DeleteAbandonedBaskets, *, now: datetime) -> None:
    if delete_abandoned_baskets(now=now):
        send(command)
