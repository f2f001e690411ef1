"""How ordering reacts to other contexts' events: one function for each pair of event and reaction."""

from datetime import datetime

from contexts.basket.published.events import CouponRedeemed, CouponRejected
from contexts.catalog.published.events import StockRejected, StockReserved
from contexts.ordering.domain.status import CancelReason
from contexts.ordering.use_cases.record_grant import record_grant
from contexts.ordering.use_cases.record_rejection import record_rejection
from messaging.subscriptions import on


@on(StockReserved)
def when_stock_is_reserved_record_it(event: StockReserved, *, now: datetime) -> None:
    record_grant(order_id=event.order_id, stock=True, now=now)


@on(CouponRedeemed)
def when_coupon_is_redeemed_record_it(event: CouponRedeemed, *, now: datetime) -> None:
    record_grant(order_id=event.order_id, coupon=True, now=now)


@on(StockRejected)
def when_stock_is_rejected_cancel_order(event: StockRejected, *, now: datetime) -> None:
    record_rejection(order_id=event.order_id, reason=CancelReason.OUT_OF_STOCK, now=now)


@on(CouponRejected)
def when_coupon_is_rejected_cancel_order(event: CouponRejected, *, now: datetime) -> None:
    record_rejection(order_id=event.order_id, reason=CancelReason.COUPON_REFUSED, now=now)
