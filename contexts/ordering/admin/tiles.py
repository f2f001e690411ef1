"""The order desk's tiles on the dashboard."""

from backoffice.dashboard import tile
from contexts.ordering.domain.status import OrderStatus, PaymentState
from contexts.ordering.models import Order, Payment

OLDEST_FIRST = "o=6"  # the sixth column of the list of orders

VIEW = "ordering.view_order"
LIST = "ordering_order_changelist"


@tile("Not yet paid", permission=VIEW, page=LIST, query="status__exact=placed")
def unpaid_orders() -> int:
    return Order.objects.filter(status=OrderStatus.PLACED).count()


@tile("To be shipped", permission=VIEW, page=LIST, query=f"status__exact=confirmed&{OLDEST_FIRST}")
def orders_to_ship() -> int:
    return Order.objects.filter(status=OrderStatus.CONFIRMED).count()


@tile("Refunds not yet answered", permission=VIEW, page=LIST, query="payments__state__exact=refunding", alarming=True)
def pending_refunds() -> int:
    return Payment.objects.filter(state=PaymentState.REFUNDING).count()
