"""Orders for tests that need only ordering's own tables."""

from datetime import timedelta
from uuid import uuid4

from contexts.ordering.domain.numbers import new_order_number
from contexts.ordering.models import Order, Payment
from tests.client import ADDRESS
from tests.clock import NOW


def placed() -> Order:
    """Return a new order with a coupon, so that catalog and basket must both grant it."""
    order = Order.objects.create(
        email="ada@example.com",
        number=new_order_number(),
        basket_id=uuid4(),
        basket_version=1,
        coupon="TENTH",
        shipping_method="standard",
        delivery_address=ADDRESS,
        currency="EUR",
        subtotal=10,
        discount=1,
        shipping=0,
        tax=1,
        total=9,
        placed_at=NOW,
        deadline_at=NOW + timedelta(minutes=15),
    )
    Payment.objects.create(order=order, token="tok", amount=9, changed_at=NOW)
    return order
