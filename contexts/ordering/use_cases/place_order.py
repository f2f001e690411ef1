"""Place an order of a basket at its present prices, once per idempotency key."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from building_blocks.address import Address
from building_blocks.databases.constraints import violated_constraint
from building_blocks.refusals import Refusal
from contexts.basket.published.commands import RedeemCoupon
from contexts.basket.published.dto import BasketSnapshot
from contexts.catalog.published.commands import ReserveStock
from contexts.catalog.published.dto import StockLine
from contexts.ordering import neighbours, queries
from contexts.ordering.db import atomic, database
from contexts.ordering.domain.buyer import Buyer
from contexts.ordering.domain.commands import ExpireOrder
from contexts.ordering.domain.expectations import BasketChanged, Expectations, check_expectations
from contexts.ordering.domain.numbers import new_order_number
from contexts.ordering.domain.status import IN_PROGRESS, CancelReason, OrderStatus
from contexts.ordering.domain.totals import Totals, totals
from contexts.ordering.models import ONE_PER_BASKET_VERSION, ONE_UNPAID_PER_BASKET, Order
from contexts.ordering.order_changes import cancel
from contexts.ordering.published.events import OrderPlaced
from messaging.publishing import publish, send
from observability.tracing import set_attributes
from web_api.idempotency.keys import IdempotencyKey, KeyAlreadyUsed, KeyUsedForAnotherRequest


class EmailMissing(Refusal):
    code = "email_missing"
    kind = "invalid"


class AlreadyOrdered(Refusal):
    """The basket was ordered with another idempotency key, and that order cannot be replaced."""

    code = "already_ordered"

    def __init__(self, number: str) -> None:
        super().__init__(f"This basket is ordered already, as {number}.", order=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """
    What a buyer sends to place an order.

    :param payment_token: the payment provider's token for the card.
    :param email: the confirmation's address; if it is "", a customer's own address is used.
    """

    buyer: Buyer
    delivery_address: Address
    delivery_note: str
    shipping_method: str
    payment_token: str
    email: str
    expectations: Expectations


def place_order(*, checkout: Checkout, key: IdempotencyKey, now: datetime) -> Order:
    """
    Place the order, or return the one that the same request has placed already.

    Unpaid orders of the same basket, and of baskets merged into it, are cancelled in the same transaction: the new
    order gets the stock and coupon that were granted to them.

    :raises Refusal: one that basket publishes, or one of this module or of `domain`. A request whose key has placed an
        order already gets that order, even if the basket has changed since.
    """
    try:
        order = _already_placed(key, checkout.buyer) or _place(checkout, key, now=now)
    except KeyAlreadyUsed as used:
        order = _order_of_key(used.result_id, checkout.buyer)
    except Refusal:
        placed = _already_placed(key, checkout.buyer)
        if placed is None:
            raise
        order = placed
    set_attributes(order_id=order.pk)
    return order


def _already_placed(key: IdempotencyKey, buyer: Buyer) -> Order | None:
    order_id = key.result(database.alias)
    return _order_of_key(order_id, buyer) if order_id else None


def _order_of_key(order_id: UUID, buyer: Buyer) -> Order:
    """Return the order that was placed with a key, if the buyer may see it; the key's scope excludes other buyers."""
    order = queries.visible_to(buyer).filter(pk=order_id).first()
    if order is None:
        raise KeyUsedForAnotherRequest("This Idempotency-Key was used for another request: send a new one.")
    return order


def _place(checkout: Checkout, key: IdempotencyKey, *, now: datetime) -> Order:
    snapshot = queries.snapshot_for(checkout.buyer)
    cost = totals(snapshot, checkout.shipping_method)
    check_expectations(checkout.expectations, snapshot, cost)
    order = _new_order(checkout, snapshot, now=now)
    try:
        with atomic():
            key.claim(order.pk, now=now)
            replaced = _cancel_replaced(snapshot, now=now)
            order.insert(snapshot, cost, payment_token=checkout.payment_token)
            _publish_messages(order, snapshot, cost, replaces=replaced)
    except IntegrityError as error:
        if violated_constraint(error) not in (ONE_UNPAID_PER_BASKET, ONE_PER_BASKET_VERSION):
            raise
        other = Order.objects.conflicting(snapshot.basket_id, snapshot.version)
        if other is None or other.basket_version != snapshot.version:
            # The other order was placed or cancelled a moment ago. Now it is visible: the basket has changed, or may be
            # ordered again.
            return _place(checkout, key, now=now)
        raise AlreadyOrdered(other.number) from None
    return order


def _new_order(checkout: Checkout, snapshot: BasketSnapshot, *, now: datetime) -> Order:
    return Order(
        number=new_order_number(),
        customer_id=checkout.buyer.customer_id,
        email=_email(checkout),
        basket_id=snapshot.basket_id,
        basket_version=snapshot.version,
        basket_token_digest=checkout.buyer.token_digest,
        coupon=snapshot.coupon or "",
        shipping_method=checkout.shipping_method,
        delivery_address=asdict(checkout.delivery_address),
        delivery_note=checkout.delivery_note,
        placed_at=now,
        deadline_at=now + timedelta(seconds=settings.ORDER_DEADLINE),
    )


def _cancel_replaced(snapshot: BasketSnapshot, *, now: datetime) -> tuple[UUID, ...]:
    """
    Cancel the unpaid orders of the same basket and of baskets merged into it, and return their ids.

    :raises AlreadyOrdered: one can no longer be cancelled, or is of the same version and its payment is in progress.
    :raises BasketChanged: one is of a later version of the basket.
    """
    others = [other for other in Order.objects.lock_unpaid(snapshot) if other.status != OrderStatus.CANCELLED]
    for other in others:
        is_of_this_basket = other.basket_id == snapshot.basket_id
        if is_of_this_basket and other.basket_version > snapshot.version:
            newer = other.basket_version
            raise BasketChanged("The basket has changed meanwhile: look at it again.", basket_version=newer)
        is_of_this_version = is_of_this_basket and other.basket_version == snapshot.version
        is_repeat = is_of_this_version and other.payment.state in IN_PROGRESS
        if is_repeat or not other.can_be_cancelled:
            raise AlreadyOrdered(other.number)
        cancel(other, CancelReason.REPLACED, now=now)
    return tuple(other.pk for other in others)


def _email(checkout: Checkout) -> str:
    if checkout.email:
        return checkout.email
    if checkout.buyer.customer_id is None:
        raise EmailMissing("Say where the confirmation goes: email is missing.")
    return neighbours.identity.customer(customer_id=checkout.buyer.customer_id).email


def _publish_messages(order: Order, snapshot: BasketSnapshot, cost: Totals, *, replaces: tuple[UUID, ...]) -> None:
    lines = [StockLine(sku=line.sku, quantity=line.quantity) for line in snapshot.lines]
    publish(
        OrderPlaced(
            order_id=order.pk,
            number=order.number,
            customer_id=order.customer_id,
            total=cost.total,
            placed_at=order.placed_at,
        )
    )
    commands: list[object] = [ReserveStock(order_id=order.pk, lines=lines, replaces=replaces)]
    if order.coupon:
        commands.append(RedeemCoupon(order_id=order.pk, code=order.coupon, replaces=replaces))
    send(*commands)
    send(ExpireOrder(order_id=order.pk), at=order.deadline_at)
