"""A purchase whose stock cannot be reserved: its ReserveStock waits in catalog's inbox."""

from dataclasses import dataclass

import pytest
from django.utils import timezone

from building_blocks.messaging.models import InboxMessage, OutboxMessage
from building_blocks.messaging.relay import relay
from contexts.ordering.models import Order
from tests.shop import Shopper, stocked


@dataclass(frozen=True)
class Purchase:
    number: str
    order_id: str

    @property
    def reserving(self) -> InboxMessage:
        return InboxMessage.objects.using("catalog").get(subject=self.order_id, type="catalog.reserve_stock.v1")

    @property
    def asking(self) -> OutboxMessage:
        return OutboxMessage.objects.using("ordering").get(subject=self.order_id, type="catalog.reserve_stock.v1")


def bought() -> Purchase:
    shopper = Shopper()
    shopper.add("MUG", 2)
    number = shopper.order().json()["number"]
    return Purchase(number, str(Order.objects.get(number=number).pk))


@pytest.fixture
def purchase() -> Purchase:
    stocked("MUG", on_hand=5)
    made = bought()
    relay("ordering", now=timezone.now())
    return made
