"""Lets operators find messages by an order's number."""

from contexts.ordering.domain.numbers import normalised_number
from contexts.ordering.models import Order
from message_console.subject_finders import subject_finder


@subject_finder
def order_id_of_number(number: str) -> str | None:
    """Return the id of the order with this number, or None: messages contain the id."""
    order_id = Order.objects.filter(number=normalised_number(number)).values_list("pk", flat=True).first()
    return str(order_id) if order_id else None
