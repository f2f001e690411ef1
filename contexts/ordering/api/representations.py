"""The JSON that clients receive from ordering."""

from dataclasses import dataclass
from datetime import datetime

from building_blocks.address import Address
from building_blocks.money import Money
from contexts.ordering.domain.totals import Totals
from contexts.ordering.models import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineRepresentation:
    sku: str
    name: str
    quantity: int
    unit_price: Money
    line_total: Money
    discount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRepresentation:
    """
    The newest attempt to pay, the only one that may still take money.

    :param status: waiting, authorising, action_required, capturing, captured, voiding, refunding, refunded, declined or
        voided.
    :param next_action: the page on which the buyer must approve the payment, while it is `action_required`.
    """

    status: str
    next_action: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRepresentation:
    """
    An order, as its buyer sees it.

    :param status: placed, confirmed, shipped, delivered, cancelled or returned.
    :param reason: why the order is cancelled.
    :param tax: contained in the total.
    :param tracking: the parcel carrier's number, if there is one.
    """

    number: str
    status: str
    reason: str | None
    lines: list[OrderLineRepresentation]
    coupon: str | None
    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    shipping_method: str
    delivery_address: Address
    delivery_note: str
    payment: PaymentRepresentation
    placed_at: datetime
    confirmed_at: datetime | None
    shipped_at: datetime | None
    tracking: str | None
    delivered_at: datetime | None
    cancelled_at: datetime | None
    returned_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """
    The price of an order that is not yet placed.

    :param tax: contained in the total.
    """

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingMethod:
    code: str
    price: Money


def order_representation(order: Order) -> OrderRepresentation:
    currency = order.currency
    return OrderRepresentation(
        number=order.number,
        status=order.status,
        reason=order.reason or None,
        lines=[
            OrderLineRepresentation(
                sku=line.sku,
                name=line.name,
                quantity=line.quantity,
                unit_price=Money(line.unit_price, currency),
                line_total=Money(line.line_total, currency),
                discount=Money(line.discount, currency),
            )
            for line in order.lines.all()
        ],
        coupon=order.coupon or None,
        subtotal=Money(order.subtotal, currency),
        discount=Money(order.discount, currency),
        shipping=Money(order.shipping, currency),
        tax=Money(order.tax, currency),
        total=Money(order.total, currency),
        shipping_method=order.shipping_method,
        delivery_address=Address(**order.delivery_address),
        delivery_note=order.delivery_note,
        payment=PaymentRepresentation(status=order.payment.state, next_action=order.payment.action_url or None),
        placed_at=order.placed_at,
        confirmed_at=order.confirmed_at,
        shipped_at=order.shipped_at,
        tracking=order.tracking or None,
        delivered_at=order.delivered_at,
        cancelled_at=order.cancelled_at,
        returned_at=order.returned_at,
    )


def quote_representation(totals: Totals) -> Quote:
    return Quote(
        subtotal=totals.subtotal,
        discount=totals.discount,
        shipping=totals.shipping,
        tax=totals.tax,
        total=totals.total,
    )
