"""
The past orders of the demo's customers, in the state that they would have today.

The caller passes products and customers as published values, so this module does not know their tables.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID, uuid5

from building_blocks.address import Address
from contexts.basket.published.dto import BasketSnapshot, SnapshotLine
from contexts.catalog.published.dto import Offer
from contexts.identity.published.dto import Customer
from contexts.ordering.adapters.demo_payments import register_payments
from contexts.ordering.db import atomic
from contexts.ordering.domain.numbers import ALPHABET
from contexts.ordering.domain.status import PaymentState
from contexts.ordering.domain.totals import totals
from contexts.ordering.models import Order, OrderLine, Payment
from tools.seeding.order_histories import apply_history

ID_NAMESPACE = UUID("e0b5c0f4-6d55-4e0a-9f6d-6f8f1d6e8c33")
COUPON, PERCENT_OFF = "WELCOME10", Decimal("0.10")
MONEY_TAKEN = (PaymentState.CAPTURED, PaymentState.REFUNDED)
DELIVERY_NOTES = ("", "", "", "Leave it with the neighbours.", "Ring twice.", "Behind the green gate, please.")


@dataclass(frozen=True, slots=True)
class PastOrder:
    order: Order
    lines: list[OrderLine]
    payment: Payment


def seed(
    *,
    now: datetime,
    customers: Callable[[int], list[Customer]],
    address_of: Callable[[Customer], Address],
    offers: Callable[[], list[Offer]],
    scale: int = 1,
    on_batch: Callable[[int], None] = lambda rows: None,
) -> str:
    """
    Write the customers' past orders, unless they exist, and return a summary.

    :param customers: returns a batch of customers; there are `scale` batches.
    :param address_of: returns a customer's home address.
    :param offers: returns the offers from which they may have bought.
    :param on_batch: is called after each batch with the number of rows written, 0 for an existing batch.
    """
    sold: list[Offer] = []
    for batch in range(scale):
        buyers = customers(batch)
        if not buyers or Order.objects.filter(pk__in=[_id(buyer, 0) for buyer in buyers]).exists():
            on_batch(0)
        elif sold := sold or offers():
            on_batch(_write([past for buyer in buyers for past in _orders(buyer, address_of(buyer), sold, now=now)]))
    return f"Past orders    {Order.objects.count():,}"


def _id(customer: Customer, number: int) -> UUID:
    return uuid5(ID_NAMESPACE, f"{customer.id} {number}")


def _write(pasts: list[PastOrder]) -> int:
    register_payments(past.payment for past in pasts if past.payment.state in MONEY_TAKEN)
    lines = [line for past in pasts for line in past.lines]
    with atomic():
        Order.objects.bulk_create(past.order for past in pasts)
        OrderLine.objects.bulk_create(lines)
        Payment.objects.bulk_create(past.payment for past in pasts)
    return 2 * len(pasts) + len(lines)


def _orders(customer: Customer, address: Address, sold: list[Offer], *, now: datetime) -> list[PastOrder]:
    rng = Random(str(customer.id))  # noqa: S311 - the same orders at every start
    count = rng.choice((1, 1, 1, 2, 2, 3, 5))
    return [_past_order(customer, number, address, sold, rng, now=now) for number in range(count)]


def _past_order(
    customer: Customer, number: int, address: Address, sold: list[Offer], rng: Random, *, now: datetime
) -> PastOrder:
    snapshot = _snapshot(_id(customer, number), rng.sample(sold, rng.choice((1, 1, 2, 2, 3, 4))), rng)
    method = rng.choice(("standard", "standard", "express"))
    cost = totals(snapshot, method)
    placed = now - timedelta(days=rng.randint(1, 500), seconds=rng.randrange(24 * 3600))
    draw = rng.random()
    settled = placed + timedelta(seconds=rng.randint(2, 600))
    order = Order(
        id=snapshot.basket_id,
        number=_number(rng),
        customer_id=customer.id,
        email=customer.email,
        basket_id=snapshot.basket_id,
        basket_version=snapshot.version,
        coupon=snapshot.coupon or "",
        shipping_method=method,
        delivery_address=asdict(address),
        delivery_note=rng.choice(DELIVERY_NOTES),
        placed_at=placed,
        deadline_at=placed + timedelta(minutes=15),
    )
    order.set_totals(cost)
    payment = Payment(id=uuid5(ID_NAMESPACE, f"payment of {order.id}"), order=order, token="", amount=order.total)
    apply_history(order, payment, draw, settled_at=settled, now=now)
    return PastOrder(order, order.lines_of(snapshot), payment)


def _snapshot(basket_id: UUID, offers: list[Offer], rng: Random) -> BasketSnapshot:
    coupon = COUPON if rng.random() < 0.1 else None
    lines = [_line(offer, rng.choice((1, 1, 1, 2, 3)), PERCENT_OFF if coupon else Decimal(0)) for offer in offers]
    subtotal, discount = lines[0].line_total, lines[0].discount
    for line in lines[1:]:
        subtotal, discount = subtotal + line.line_total, discount + line.discount
    return BasketSnapshot(
        basket_id=basket_id,
        version=1,
        lines=lines,
        coupon=coupon,
        subtotal=subtotal,
        discount=discount,
        total=subtotal - discount,
    )


def _line(offer: Offer, quantity: int, part_off: Decimal) -> SnapshotLine:
    line_total = offer.unit_price * quantity
    return SnapshotLine(
        sku=offer.sku,
        name=offer.name,
        quantity=quantity,
        unit_price=offer.unit_price,
        line_total=line_total,
        discount=line_total.share(part_off),
        tax_class=offer.tax_class,
        weight_grams=offer.weight_grams,
    )


def _number(rng: Random) -> str:
    letters = "".join(rng.choices(ALPHABET, k=10))
    return f"MH-{letters[:5]}-{letters[5:]}"
