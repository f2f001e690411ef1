"""
The tables of ordering: what was ordered, at which price, and how it is paid.

Each change of a status or state is a method here, which checks that the transition is allowed.
Must not go here: HTTP, forms, calls of a provider (`adapters/`), messages (the use cases and `order_changes.py`).
"""

from contexts.ordering.models.orders import (
    ONE_PER_BASKET_VERSION,
    ONE_UNPAID_PER_BASKET,
    Order,
    OrderLine,
    OrderQuerySet,
)
from contexts.ordering.models.payments import Payment

__all__ = [
    "ONE_PER_BASKET_VERSION",
    "ONE_UNPAID_PER_BASKET",
    "Order",
    "OrderLine",
    "OrderQuerySet",
    "Payment",
]
