"""Stock changes by operators while orders reserve stock: together they get no more than there is."""

from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db.models import Sum

from building_blocks.refusals import Refusal
from contexts.catalog.models import Reservation, Stock, StockMovement
from contexts.catalog.published.dto import StockLine
from contexts.catalog.use_cases.change_stock import change_stock
from contexts.catalog.use_cases.reserve_stock import reserve_stock
from tests.catalog.variants import create_variant
from tests.clock import NOW
from tests.threads import concurrently

OPERATOR = UUID(int=1)


@pytest.mark.usefixtures("real_commits")
def test_operators_and_orders_get_no_more_than_there_is() -> None:
    create_variant("MUG", on_hand=6)

    successes = concurrently(*[lose_one] * 6, *[partial(order_one, uuid4()) for _ in range(6)])

    stock = Stock.objects.get()
    lost = -(StockMovement.objects.aggregate(total=Sum("delta"))["total"] or 0)
    assert sum(successes) == lost + stock.reserved == 6
    assert stock.on_hand == 6 - lost


@pytest.mark.django_db(databases=["catalog"])
def test_a_sku_without_a_stock_row_cannot_be_changed() -> None:
    with pytest.raises(Refusal):
        change_stock(sku="NONE", delta=1, reason="received", operator_id=OPERATOR, now=NOW)

    assert not StockMovement.objects.exists()


def lose_one() -> bool:
    try:
        change_stock(sku="MUG", delta=-1, reason="lost", operator_id=OPERATOR, now=NOW)
    except Refusal:
        return False
    return True


def order_one(order_id: UUID) -> bool:
    reserve_stock(order_id=order_id, lines=[StockLine(sku="MUG", quantity=1)], now=NOW)
    return Reservation.objects.get(pk=order_id).state == "reserved"
