"""Basket's handlers of other contexts' events: one function for each pair of event and reaction."""

from datetime import datetime

from contexts.basket.use_cases.remove_bought_items import remove_bought_items
from contexts.ordering.published.events import OrderConfirmed
from messaging.subscriptions import on


@on(OrderConfirmed)
def when_order_is_confirmed_remove_bought_items(event: OrderConfirmed, *, now: datetime) -> None:
    bought = {line.sku: line.quantity for line in event.lines}
    remove_bought_items(basket_id=event.basket_id, bought=bought, coupon=event.coupon, now=now)
