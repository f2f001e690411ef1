"""Reads of orders; nothing here changes a row."""

from uuid import UUID

from django.db.models import Q

from building_blocks.digests import digest
from contexts.basket.published.dto import BasketSnapshot
from contexts.basket.published.errors import CouponRefused
from contexts.ordering import neighbours
from contexts.ordering.domain.buyer import Buyer
from contexts.ordering.domain.numbers import normalised_number
from contexts.ordering.domain.status import AWAITING_ANSWER, OrderStatus
from contexts.ordering.domain.totals import Totals, totals
from contexts.ordering.models import Order, OrderQuerySet, Payment


def order(order_id: UUID) -> Order:
    return Order.objects.get(pk=order_id)


def order_of(buyer: Buyer, number: str) -> Order | None:
    """Return the order with this number, or None if the buyer may not see it."""
    return visible_to(buyer).filter(number=normalised_number(number)).first()


def orders_of(customer_id: UUID) -> OrderQuerySet:
    """Return the customer's orders with lines and payments, the newest first."""
    orders = Order.objects.filter(customer_id=customer_id).prefetch_related("lines", "payments")
    return orders.order_by("-placed_at", "-id")


def payment_of(order_id: UUID, payment_id: UUID | None) -> Payment:
    """Return one of an order's attempts to pay, with the order: the first if `payment_id` is None."""
    attempts = Payment.objects.select_related("order")
    return attempts.get(pk=payment_id) if payment_id else attempts.get(order=order_id, number=0)


def unanswered_payments(number: str) -> list[Payment]:
    """Return the attempts to pay an order that the provider has not answered yet, the oldest first."""
    payments = Payment.objects.filter(order__number=normalised_number(number), state__in=AWAITING_ANSWER)
    return list(payments.select_related("order"))


def is_settled(order_id: UUID) -> bool:
    return not Order.objects.filter(pk=order_id, status=OrderStatus.PLACED).exists()


def quote(buyer: Buyer, *, shipping_method: str) -> Totals:
    """
    Return what the buyer's basket would cost as an order.

    :raises Refusal: one that basket publishes, if the basket cannot be bought as it is; or `UnknownShippingMethod`.
    """
    return totals(snapshot_for(buyer), shipping_method)


def snapshot_for(buyer: Buyer) -> BasketSnapshot:
    """
    Return the buyer's basket. A used-up coupon is accepted if an unpaid order of the basket uses it.

    :raises Refusal: one that basket publishes, if the basket cannot be bought as it is.
    """
    snapshot = neighbours.basket.snapshot(customer_id=buyer.customer_id, token=buyer.token)
    code = snapshot.coupon
    if snapshot.coupon_is_used_up and not Order.objects.unpaid(snapshot).filter(coupon=code).exists():
        raise CouponRefused(f"The coupon {code} is used up: take it off.", coupon=code)
    return snapshot


def visible_to(buyer: Buyer) -> OrderQuerySet:
    """Return the orders that the customer has placed, or a guest with that basket's token."""
    own = Q(pk=None)
    if buyer.customer_id is not None:
        own |= Q(customer_id=buyer.customer_id)
    if buyer.token is not None:
        own |= Q(basket_token_digest=digest(buyer.token))
    return Order.objects.filter(own).prefetch_related("payments")
