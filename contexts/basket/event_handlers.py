"""What basket does when something happened elsewhere: one function for each pair of event and reaction."""

from datetime import datetime

from building_blocks.messaging.subscriptions import on
from contexts.basket.use_cases.drop_bought import drop_bought
from contexts.ordering.published.events import OrderConfirmed


@on(OrderConfirmed)
def when_order_is_confirmed_drop_what_was_bought(event: OrderConfirmed, *, now: datetime) -> None:
    bought = {line.sku: line.quantity for line in event.lines}
    drop_bought(basket_id=event.basket_id, bought=bought, coupon=event.coupon, now=now)
