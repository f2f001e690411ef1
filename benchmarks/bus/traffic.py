"""A message that catalog publishes, and basket's handler, which inserts one row."""

import time
from datetime import datetime
from uuid import UUID

from benchmarks.bus.models import Effect
from building_blocks.databases.transactions import Database
from messaging.declare import event
from messaging.subscriptions import on

SENDER, RECEIVER = "catalog", "basket"
SKU, PRICE = "MUG-BLUE-350ML", "12.90"

handled_at: dict[UUID, float] = {}
"""The `time.perf_counter` at which this process has handled each message, after the handler's commit."""


@event("catalog.price_measured.v1", key="product_id")
class PriceMeasured:
    product_id: UUID
    sku: str
    price: str


@on(PriceMeasured)
def when_price_is_measured_write_a_row(event: PriceMeasured, *, now: datetime) -> None:
    write_row(event.product_id, alias=RECEIVER)
    Database(RECEIVER).on_commit(lambda: handled_at.update({event.product_id: time.perf_counter()}))


def write_row(message: UUID, *, alias: str) -> None:
    Effect.objects.using(alias).create(message=message)


def measured(message: UUID) -> PriceMeasured:
    return PriceMeasured(product_id=message, sku=SKU, price=PRICE)
