"""The handlers of catalog's commands; each calls one use case."""

from datetime import datetime

from contexts.catalog.published.commands import ReleaseStock, ReserveStock, ReturnStock
from contexts.catalog.use_cases.release_stock import release_stock
from contexts.catalog.use_cases.reserve_stock import reserve_stock
from contexts.catalog.use_cases.return_stock import return_stock
from messaging.subscriptions import on


@on(ReserveStock)
def reserve_stock_of_order(command: ReserveStock, *, now: datetime) -> None:
    reserve_stock(order_id=command.order_id, lines=command.lines, replaces=command.replaces, now=now)


@on(ReleaseStock)
def release_stock_of_order(command: ReleaseStock, *, now: datetime) -> None:
    release_stock(order_id=command.order_id, now=now)


@on(ReturnStock)
def return_stock_of_order(command: ReturnStock, *, now: datetime) -> None:
    return_stock(order_id=command.order_id, lines=command.lines, now=now)
