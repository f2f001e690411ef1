"""What ordering does when something happened elsewhere: one function for each pair of event and reaction."""

from datetime import datetime

from building_blocks.messaging.publishing import send
from building_blocks.messaging.subscriptions import on
from contexts.basket.published.events import CouponRedeemed, CouponRejected
from contexts.catalog.published.events import StockRejected, StockReserved
from contexts.ordering.domain.status import BEHIND_THE_BUYERS_BACK, CancelReason
from contexts.ordering.domain.steps import SendCancellationNotice
from contexts.ordering.published.events import OrderCancelled
from contexts.ordering.use_cases.cancel_order import cancel_order
from contexts.ordering.use_cases.grant import grant


@on(StockReserved)
def when_stock_is_reserved_grant_it(event: StockReserved, *, now: datetime) -> None:
    grant(order_id=event.order_id, stock=True, now=now)


@on(CouponRedeemed)
def when_coupon_is_redeemed_grant_it(event: CouponRedeemed, *, now: datetime) -> None:
    grant(order_id=event.order_id, coupon=True, now=now)


@on(StockRejected)
def when_stock_is_rejected_cancel_order(event: StockRejected, *, now: datetime) -> None:
    cancel_order(order_id=event.order_id, reason=CancelReason.OUT_OF_STOCK, now=now)


@on(CouponRejected)
def when_coupon_is_rejected_cancel_order(event: CouponRejected, *, now: datetime) -> None:
    cancel_order(order_id=event.order_id, reason=CancelReason.COUPON_REFUSED, now=now)


@on(OrderCancelled, where={"reason": BEHIND_THE_BUYERS_BACK})
def when_order_is_cancelled_unseen_let_its_buyer_know(event: OrderCancelled, *, now: datetime) -> None:
    send(SendCancellationNotice(order_id=event.order_id))
