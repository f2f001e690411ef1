"""What the first page tells the order desk: how much waits for it."""

from backoffice.dashboard import figure
from contexts.ordering.domain.status import OrderStatus, PaymentState
from contexts.ordering.models import Order, Payment

OLDEST_FIRST = "o=6"  # the sixth column of the list of orders

VIEW = "ordering.view_order"
LIST = "ordering_order_changelist"


@figure("Not yet paid", permission=VIEW, page=LIST, query="status__exact=placed")
def under_way() -> int:
    return Order.objects.filter(status=OrderStatus.PLACED).count()


@figure("To be shipped", permission=VIEW, page=LIST, query=f"status__exact=confirmed&{OLDEST_FIRST}")
def to_be_shipped() -> int:
    return Order.objects.filter(status=OrderStatus.CONFIRMED).count()


@figure("Refunds not yet answered", permission=VIEW, page=LIST, query="payments__state__exact=refunding", alarming=True)
def refunds_not_answered() -> int:
    return Payment.objects.filter(state=PaymentState.REFUNDING).count()
