"""What ordering does when something happened elsewhere: one function for each pair of event and reaction."""

from datetime import datetime

from contexts.basket.published.events import CouponRedeemed, CouponRejected
from contexts.catalog.published.events import StockRejected, StockReserved
from contexts.ordering.domain.commands import SendCancellationNotice
from contexts.ordering.domain.status import REASONS_TO_NOTIFY_BUYER, CancelReason
from contexts.ordering.published.events import OrderCancelled
from contexts.ordering.use_cases.cancel_order import cancel_order
from contexts.ordering.use_cases.record_reservation import record_reservation
from messaging.publishing import send
from messaging.subscriptions import on


@on(StockReserved)
def when_stock_is_reserved_record_it(event: StockReserved, *, now: datetime) -> None:
    record_reservation(order_id=event.order_id, stock=True, now=now)


@on(CouponRedeemed)
def when_coupon_is_redeemed_record_it(event: CouponRedeemed, *, now: datetime) -> None:
    record_reservation(order_id=event.order_id, coupon=True, now=now)


@on(StockRejected)
def when_stock_is_rejected_cancel_order(event: StockRejected, *, now: datetime) -> None:
    cancel_order(order_id=event.order_id, reason=CancelReason.OUT_OF_STOCK, now=now)


@on(CouponRejected)
def when_coupon_is_rejected_cancel_order(event: CouponRejected, *, now: datetime) -> None:
    cancel_order(order_id=event.order_id, reason=CancelReason.COUPON_REFUSED, now=now)


@on(OrderCancelled, where={"reason": REASONS_TO_NOTIFY_BUYER})
def when_order_is_cancelled_notify_its_buyer(event: OrderCancelled, *, now: datetime) -> None:
    send(SendCancellationNotice(order_id=event.order_id))
