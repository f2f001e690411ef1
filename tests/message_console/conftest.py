"""A purchase whose stock cannot be reserved: its ReserveStock waits in catalog's inbox."""

from dataclasses import dataclass

import pytest
from django.utils import timezone

from contexts.ordering.models import Order
from messaging.models import InboxMessage, OutboxMessage
from messaging.relay import relay
from tests.shop import Shopper, create_variant


@dataclass(frozen=True)
class Purchase:
    number: str
    order_id: str

    @property
    def inbox_row(self) -> InboxMessage:
        return InboxMessage.objects.using("catalog").get(subject=self.order_id, type="catalog.reserve_stock.v1")

    @property
    def outbox_row(self) -> OutboxMessage:
        return OutboxMessage.objects.using("ordering").get(subject=self.order_id, type="catalog.reserve_stock.v1")


def placed_purchase() -> Purchase:
    shopper = Shopper()
    shopper.add("MUG", 2)
    number = shopper.order().json()["number"]
    return Purchase(number, str(Order.objects.get(number=number).pk))


@pytest.fixture
def purchase() -> Purchase:
    create_variant("MUG", on_hand=5)
    purchase = placed_purchase()
    relay("ordering", now=timezone.now())
    return purchase
