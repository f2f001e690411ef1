"""By which names the stories of messages know orders."""

from contexts.ordering.domain.numbers import as_written
from contexts.ordering.models import Order
from message_desk.names import finds_subject


@finds_subject
def order_of_this_number(number: str) -> str | None:
    """Return the id of an order, which is what messages name."""
    found = Order.objects.filter(number=as_written(number)).values_list("pk", flat=True).first()
    return str(found) if found else None
