"""The tables of ordering: what was ordered, at which price, and how it is paid."""

import uuid
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db import models
from django.db.models import Q

from building_blocks.money import Money
from contexts.basket.published.dto import BasketSnapshot
from contexts.ordering.domain.status import (
    ACTIVE,
    CANCELLABLE,
    ORDER_TRANSITIONS,
    PAYMENT_TRANSITIONS,
    STATUS_AFTER_REFUND,
    CancelReason,
    OrderStatus,
    PaymentState,
    TransitionRefused,
    check_transition,
)
from contexts.ordering.domain.totals import Totals, tax_of

MAX_TIME_UNPAID = timedelta(hours=25)  # that an order may stay unpaid, however often its buyer tries to pay
ONE_UNPAID_PER_BASKET = "order_one_unpaid_per_basket"
ONE_PER_BASKET_VERSION = "order_one_per_basket_version"

# As plain words: a migration keeps them, and must not need the classes of today.
ORDER_STATUSES = [(status.value, status.value) for status in OrderStatus]
CANCEL_REASONS = [(reason.value, reason.value) for reason in CancelReason]
PAYMENT_STATES = [(state.value, state.value) for state in PaymentState]


class OrderQuerySet(models.QuerySet["Order"]):
    def locked(self, order_id: UUID) -> "Order":
        """
        Return the order for changing: nobody else changes it meanwhile, or its payments.

        They are read later. A query that waited for the lock would show them as they were before the wait.
        """
        return self.select_for_update().get(pk=order_id)

    def unpaid(self, snapshot: BasketSnapshot) -> "OrderQuerySet":
        """Keep the orders that were made of this basket, or of one that it took in, and may still be paid."""
        return self.filter(basket_id__in=[snapshot.basket_id, *snapshot.merged], status=OrderStatus.PLACED)

    def lock_unpaid(self, snapshot: BasketSnapshot) -> "list[Order]":
        """Return the unpaid orders of this basket, locked; one that was settled during the wait for its lock, too."""
        return list(self.filter(pk__in=[old.pk for old in self.unpaid(snapshot)]).order_by("pk").select_for_update())

    def conflicting(self, basket_id: UUID, version: int) -> "Order | None":
        """Return the order that keeps this state of a basket from being ordered again, if there is one."""
        uncancelled = self.filter(basket_id=basket_id).exclude(status=OrderStatus.CANCELLED)
        return uncancelled.filter(Q(basket_version=version) | Q(status=OrderStatus.PLACED)).first()


class Order(models.Model):
    """
    What a customer bought. It copies what it sells: later changes of the catalog never alter it.

    :param basket_token_digest: lets whoever has the basket's token read the order, always.
    :param deadline_at: when it is cancelled, unless it is paid by then.
    :param tracking: the carrier's number of the parcel, where there is one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=10, choices=ORDER_STATUSES, default="placed")
    reason = models.CharField(max_length=30, choices=CANCEL_REASONS, blank=True)
    customer_id = models.UUIDField(null=True, db_index=True)
    email = models.EmailField()
    basket_id = models.UUIDField()
    basket_version = models.PositiveIntegerField()
    basket_token_digest = models.CharField(max_length=64, blank=True)
    coupon = models.CharField(max_length=40, blank=True)
    shipping_method = models.CharField(max_length=20)
    delivery_address = models.JSONField()
    delivery_note = models.CharField(max_length=500, blank=True)
    currency = models.CharField(max_length=3)
    subtotal = models.DecimalField(max_digits=12, decimal_places=2)
    discount = models.DecimalField(max_digits=12, decimal_places=2)
    shipping = models.DecimalField(max_digits=12, decimal_places=2)
    tax = models.DecimalField(max_digits=12, decimal_places=2)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    stock_reserved = models.BooleanField(default=False)
    coupon_redeemed = models.BooleanField(default=False)
    placed_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    tracking = models.CharField(max_length=100, blank=True, default="", db_default="")
    delivered_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        permissions = tuple(
            (f"{action}_order", f"Can {action} order") for action in ("cancel", "ship", "deliver", "refund")
        )
        indexes = (
            models.Index(fields=["customer_id", "-placed_at"], name="order_history"),
            models.Index(
                fields=["status", "placed_at"],
                condition=Q(status__in=["placed", "confirmed"]),
                name="order_placed_or_confirmed",
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=["basket_id"], condition=Q(status="placed"), name=ONE_UNPAID_PER_BASKET),
            models.UniqueConstraint(
                fields=["basket_id", "basket_version"],
                condition=~Q(status="cancelled"),
                name=ONE_PER_BASKET_VERSION,
            ),
            models.CheckConstraint(
                condition=Q(status__in=["shipped", "delivered", "returned"]) ^ Q(shipped_at=None),
                name="order_shipped_at_set",
            ),
            models.CheckConstraint(condition=Q(status="returned") ^ Q(returned_at=None), name="order_returned_at_set"),
        )

    def __str__(self) -> str:
        return self.number

    def set_totals(self, totals: Totals) -> None:
        self.currency = totals.total.currency
        self.subtotal, self.discount = totals.subtotal.amount, totals.discount.amount
        self.shipping, self.tax, self.total = totals.shipping.amount, totals.tax.amount, totals.total.amount

    def lines_of(self, snapshot: BasketSnapshot) -> "list[OrderLine]":
        """Return a line, not yet stored, for each of the snapshot's."""
        return [
            OrderLine(
                order=self,
                position=position,
                sku=line.sku,
                name=line.name,
                quantity=line.quantity,
                unit_price=line.unit_price.amount,
                line_total=line.line_total.amount,
                discount=line.discount.amount,
                tax=tax_of(line).amount,
            )
            for position, line in enumerate(snapshot.lines)
        ]

    def insert(self, snapshot: BasketSnapshot, totals: Totals, *, payment_token: str) -> None:
        """Save the new order with a line for each of the snapshot's, and a payment that waits."""
        self.set_totals(totals)
        self.coupon_redeemed = not self.coupon
        self.save(force_insert=True)
        OrderLine.objects.bulk_create(self.lines_of(snapshot))
        self.payment = self.payments.create(token=payment_token, amount=self.total, changed_at=self.placed_at)

    @cached_property
    def payment(self) -> "Payment":
        """The newest attempt to pay: the one that is live, if any is."""
        return list(self.payments.all())[-1]

    def attempt(self, payment_id: UUID | None) -> "Payment":
        """Return an attempt to pay; the first, if a message names none."""
        return self.payments.get(pk=payment_id) if payment_id else self.payments.get(number=0)

    def pay_again(self, payment_id: UUID, *, payment_token: str, now: datetime) -> "Payment":
        """Put another attempt in the place of the newest, which must be given up already."""
        self.payment = self.payments.create(
            id=payment_id, number=self.payment.number + 1, token=payment_token, amount=self.total, changed_at=now
        )
        return self.payment

    def record_reservation(self, *, stock: bool = False, coupon: bool = False) -> bool:
        """Note what was granted, and return whether payment may begin: now, and not before or again."""
        self.stock_reserved |= stock
        self.coupon_redeemed |= coupon
        self.save(update_fields=["stock_reserved", "coupon_redeemed"])
        return self.is_ready_to_pay and self.is_open and self.payment.state == PaymentState.WAITING

    def confirm(self, *, now: datetime) -> None:
        check_transition(ORDER_TRANSITIONS, self.status, OrderStatus.CONFIRMED)
        self.status, self.confirmed_at = OrderStatus.CONFIRMED, now
        self.save(update_fields=["status", "confirmed_at"])

    def cancel(self, reason: CancelReason, *, now: datetime) -> bool:
        """Cancel the order and return True, unless it is settled or its money may be taken already."""
        if not self.is_open or self.payment.state not in CANCELLABLE:
            return False
        check_transition(ORDER_TRANSITIONS, self.status, OrderStatus.CANCELLED)
        self.status, self.reason, self.cancelled_at = OrderStatus.CANCELLED, reason, now
        self.save(update_fields=["status", "reason", "cancelled_at"])
        return True

    def ship(self, *, tracking: str, now: datetime) -> None:
        self._transition(OrderStatus.SHIPPED, shipped_at=now, tracking=tracking)

    def deliver(self, *, now: datetime) -> None:
        self._transition(OrderStatus.DELIVERED, delivered_at=now)

    def refund(self, *, now: datetime) -> None:
        """End the order, whose money is asked back with this: cancelled while it is in the house, else returned."""
        if not self.can_be_refunded:
            raise TransitionRefused(f"{self.number} is {self.status}, and so cannot be refunded.")
        if STATUS_AFTER_REFUND[self.status] == OrderStatus.CANCELLED:
            self._transition(OrderStatus.CANCELLED, reason=CancelReason.REFUNDED, cancelled_at=now)
        else:
            self._transition(OrderStatus.RETURNED, returned_at=now)
        self.payment.transition_to(PaymentState.REFUNDING, now=now)

    def extend_deadline(self, until: datetime) -> None:
        """Put the deadline off, but never beyond `MAX_TIME_UNPAID`: its stock is kept from others."""
        self.deadline_at = max(self.deadline_at, min(until, self.placed_at + MAX_TIME_UNPAID))
        self.save(update_fields=["deadline_at"])

    @property
    def is_ready_to_pay(self) -> bool:
        return self.stock_reserved and self.coupon_redeemed

    @property
    def is_open(self) -> bool:
        return self.status == OrderStatus.PLACED

    @property
    def can_be_refunded(self) -> bool:
        return self.status in STATUS_AFTER_REFUND

    def can_become(self, status: OrderStatus) -> bool:
        return status in ORDER_TRANSITIONS[self.status]

    def _transition(self, status: OrderStatus, **fields: object) -> None:
        """
        Take a step that somebody asked for.

        :raises TransitionRefused: the order is not where that step begins.
        """
        if not self.can_become(status):
            raise TransitionRefused(f"{self.number} is {self.status}, and so cannot become {status}.")
        for name, value in {"status": status, **fields}.items():
            setattr(self, name, value)
        self.save(update_fields=["status", *fields])


class OrderLine(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    sku = models.CharField(max_length=40)
    name = models.CharField(max_length=220)
    quantity = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)
    line_total = models.DecimalField(max_digits=12, decimal_places=2)
    discount = models.DecimalField(max_digits=12, decimal_places=2)
    tax = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"


class Payment(models.Model):
    """
    One attempt to pay an order; its id is the key under which the provider knows it.

    :param number: of the order's attempts, from 0; the newest is the only one that may be live.
    :param token: stands for the card at the provider; the card itself never came here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, models.CASCADE, related_name="payments", db_index=False)
    number = models.PositiveSmallIntegerField(default=0, db_default=0)
    token = models.CharField(max_length=100)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    state = models.CharField("payment state", max_length=15, choices=PAYMENT_STATES, default="waiting")
    decline_reason = models.CharField(max_length=60, blank=True)
    action_url = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        indexes = (models.Index(fields=["state"], condition=Q(state="refunding"), name="payment_refunding"),)
        constraints = (
            models.UniqueConstraint(fields=["order", "number"], name="payment_number_unique"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=[state.value for state in ACTIVE]), name="payment_one_active"
            ),
        )

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"

    @property
    def money(self) -> Money:
        """The amount; needs the order, for its currency."""
        return Money(self.amount, self.order.currency)

    def transition_to(
        self, state: PaymentState, *, now: datetime, decline_reason: str = "", action_url: str = ""
    ) -> None:
        check_transition(PAYMENT_TRANSITIONS, self.state, state)
        self.state, self.changed_at = state, now
        self.decline_reason, self.action_url = decline_reason, action_url
        self.save(update_fields=["state", "changed_at", "decline_reason", "action_url"])
