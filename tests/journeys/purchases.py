"""Cards of the payment provider, and queries that show how far a purchase has come."""

from typing import Any

from contexts.basket.models import Coupon
from contexts.catalog.models import Stock
from contexts.ordering.models import Order
from demo_payments.models import Charge
from tests.client import Shopper

DECLINED = "4000000000000002"
NEEDS_APPROVAL = "4000002500003155"
TIMES_OUT = "4000000000000119"


def fetch_order(shopper: Shopper, placed: Any) -> Any:
    """Return the order as its buyer sees it now, as JSON; `placed` is the response to the request that placed it."""
    return shopper.get(placed.headers["Location"]).json()


def outcomes() -> list[tuple[str, str]]:
    """Return status and reason of each order, the oldest first."""
    return list(Order.objects.order_by("placed_at").values_list("status", "reason"))


def charges() -> list[str]:
    """Return the statuses of the provider's charges, in alphabetical order."""
    return sorted(Charge.objects.values_list("status", flat=True))


def stock_and_coupon_uses() -> tuple[int, int, int]:
    """Return how many pieces are on hand, how many of them are reserved, and how often the coupon is used."""
    stock = Stock.objects.get()
    return stock.on_hand, stock.reserved, Coupon.objects.get().uses
