"""The handlers of other contexts' events: one function for each reaction, which calls one use case."""

from datetime import datetime

from contexts.catalog.use_cases.commit_stock import commit_stock
from contexts.ordering.published.events import OrderConfirmed
from messaging.subscriptions import on


@on(OrderConfirmed)
def when_order_is_confirmed_commit_stock(event: OrderConfirmed, *, now: datetime) -> None:
    commit_stock(order_id=event.order_id, now=now)
