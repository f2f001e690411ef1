"""By which names the stories of messages know orders."""

from contexts.ordering.domain.numbers import normalised_number
from contexts.ordering.models import Order
from message_console.names import subject_finder


@subject_finder
def order_id_of_number(number: str) -> str | None:
    """Return the id of an order, which is what messages name."""
    order_id = Order.objects.filter(number=normalised_number(number)).values_list("pk", flat=True).first()
    return str(order_id) if order_id else None
