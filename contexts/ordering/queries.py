"""Reading orders; nothing here changes anything."""

from uuid import UUID

from django.db.models import Q

from contexts.ordering import neighbours
from contexts.ordering.domain.buyer import Buyer, digest
from contexts.ordering.domain.numbers import as_written
from contexts.ordering.domain.status import OrderStatus
from contexts.ordering.domain.totals import Totals, totals
from contexts.ordering.models import Order, OrderQuerySet, Payment


def order(order_id: UUID) -> Order:
    return Order.objects.select_related("payment").get(pk=order_id)


def order_of(buyer: Buyer, number: str) -> Order | None:
    """Return the order of this number, if it is the buyer's: placed as that customer, or with that basket's token."""
    return _visible_to(buyer).filter(number=as_written(number)).first()


def orders_of(customer_id: UUID) -> OrderQuerySet:
    """Return the customer's orders with their lines, the newest first."""
    found = Order.objects.filter(customer_id=customer_id).select_related("payment").prefetch_related("lines")
    return found.order_by("-placed_at", "-id")


def payment_of(order_id: UUID) -> Payment:
    return Payment.objects.select_related("order").get(order=order_id)


def is_settled(order_id: UUID) -> bool:
    return not Order.objects.filter(pk=order_id, status=OrderStatus.PLACED).exists()


def quote(buyer: Buyer, *, shipping_method: str) -> Totals:
    """
    Return what the buyer's basket would cost as an order.

    :raises Refusal: of the basket's, where it cannot be bought as it is; UnknownShippingMethod.
    """
    return totals(neighbours.basket.snapshot(customer_id=buyer.customer_id, token=buyer.token), shipping_method)


def _visible_to(buyer: Buyer) -> OrderQuerySet:
    his = Q(pk=None)
    if buyer.customer_id is not None:
        his |= Q(customer_id=buyer.customer_id)
    if buyer.token is not None:
        his |= Q(basket_token_digest=digest(buyer.token))
    return Order.objects.filter(his).select_related("payment")
