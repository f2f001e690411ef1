"""What was ordered, at which price, and what has become of it."""

import uuid
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q

from contexts.basket.published.dto import BasketSnapshot
from contexts.ordering.domain.status import (
    CANCELLABLE,
    ORDER_TRANSITIONS,
    STATUS_AFTER_REFUND,
    CancelReason,
    OrderStatus,
    PaymentState,
    TransitionRefused,
)
from contexts.ordering.domain.totals import Totals, tax_of

if TYPE_CHECKING:
    from contexts.ordering.models.payments import Payment

MAX_TIME_UNPAID = timedelta(hours=25)  # from its placing, however often the buyer tries to pay
ONE_UNPAID_PER_BASKET = "order_one_unpaid_per_basket"
ONE_PER_BASKET_VERSION = "order_one_per_basket_version"

# Plain strings: a migration contains them, and must not need the classes of today.
ORDER_STATUSES = [(status.value, status.value) for status in OrderStatus]
CANCEL_REASONS = [(reason.value, reason.value) for reason in CancelReason]


class OrderQuerySet(models.QuerySet["Order"]):
    def locked(self, order_id: UUID) -> "Order":
        """
        Return the order with its row locked, so that nothing else changes it or its payments.

        The payments are read afterwards: a query that waits for the lock returns them as they were before the wait.
        """
        return self.select_for_update().get(pk=order_id)

    def unpaid(self, snapshot: BasketSnapshot) -> "OrderQuerySet":
        """Return the unpaid orders of this basket, and of the baskets that were merged into it."""
        return self.filter(basket_id__in=[snapshot.basket_id, *snapshot.merged], status=OrderStatus.PLACED)

    def lock_unpaid(self, snapshot: BasketSnapshot) -> "list[Order]":
        """Return `unpaid`, locked; an order that was settled during the wait for its lock is included."""
        return list(self.filter(pk__in=[old.pk for old in self.unpaid(snapshot)]).order_by("pk").select_for_update())

    def conflicting(self, basket_id: UUID, version: int) -> "Order | None":
        """Return the order because of which this version of a basket cannot be ordered, or None."""
        uncancelled = self.filter(basket_id=basket_id).exclude(status=OrderStatus.CANCELLED)
        return uncancelled.filter(Q(basket_version=version) | Q(status=OrderStatus.PLACED)).first()


class Order(models.Model):
    """
    What a buyer bought. It is a copy: later changes of the catalog do not alter it.

    Each of the methods that change the status raises `TransitionRefused` if the status does not allow it.

    :param basket_token_digest: anyone who has the basket's token may read the order, without a time limit.
    :param deadline_at: when the order is cancelled, unless it is paid by then.
    :param tracking: the parcel carrier's number, or "".
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
        """Return an unsaved order line for each line of the snapshot."""
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
        """Save the new order, with a line for each line of the snapshot, and its first payment."""
        self.set_totals(totals)
        self.coupon_redeemed = not self.coupon
        self.save(force_insert=True)
        OrderLine.objects.bulk_create(self.lines_of(snapshot))
        self.attempts = [self.payments.create(token=payment_token, amount=self.total, changed_at=self.placed_at)]

    @cached_property
    def attempts(self) -> "list[Payment]":
        """All attempts to pay, the oldest first; read once, so that each row has one instance."""
        return list(self.payments.all())

    @property
    def payment(self) -> "Payment":
        """The newest attempt to pay: the only one that may be active."""
        return self.attempts[-1]

    def attempt(self, payment_id: UUID | None) -> "Payment":
        """Return an attempt to pay: the first if the id is None."""
        return next(payment for payment in self.attempts if payment_id in (payment.pk, None))

    def pay_again(self, payment_id: UUID, *, payment_token: str, now: datetime) -> "Payment":
        """Add another attempt to pay; the one before must be voided or declined, or be about to be voided."""
        number = self.payment.number + 1
        self.attempts.append(
            self.payments.create(id=payment_id, number=number, token=payment_token, amount=self.total, changed_at=now)
        )
        return self.payment

    def record_grant(self, *, stock: bool = False, coupon: bool = False) -> bool:
        """Record what was granted, and return True if the payment must begin now."""
        self.stock_reserved |= stock
        self.coupon_redeemed |= coupon
        self.save(update_fields=["stock_reserved", "coupon_redeemed"])
        return self.is_ready_to_pay and self.is_open and self.payment.state == PaymentState.WAITING

    def confirm(self, *, now: datetime) -> None:
        self._transition(OrderStatus.CONFIRMED, confirmed_at=now)

    def cancel(self, reason: CancelReason, *, now: datetime) -> None:
        """Cancel the order, which must be unpaid."""
        if not self.can_be_cancelled:
            raise TransitionRefused(
                f"{self.number} can no longer be cancelled: it is settled, or its money is being taken."
            )
        self._transition(OrderStatus.CANCELLED, reason=reason, cancelled_at=now)

    def ship(self, *, tracking: str, now: datetime) -> None:
        self._transition(OrderStatus.SHIPPED, shipped_at=now, tracking=tracking)

    def deliver(self, *, now: datetime) -> None:
        self._transition(OrderStatus.DELIVERED, delivered_at=now)

    def refund(self, *, now: datetime) -> None:
        """Cancel the order if it was not shipped, otherwise mark it as returned; its payment becomes `refunding`."""
        if not self.can_be_refunded:
            raise TransitionRefused(f"{self.number} is {self.status}, and so cannot be refunded.")
        if STATUS_AFTER_REFUND[self.status] == OrderStatus.CANCELLED:
            self._transition(OrderStatus.CANCELLED, reason=CancelReason.REFUNDED, cancelled_at=now)
        else:
            self._transition(OrderStatus.RETURNED, returned_at=now)
        self.payment.transition_to(PaymentState.REFUNDING, now=now)

    def extend_deadline(self, until: datetime) -> None:
        """Extend the deadline, up to `MAX_TIME_UNPAID`: until then, no one else can buy the reserved stock."""
        self.deadline_at = max(self.deadline_at, min(until, self.placed_at + MAX_TIME_UNPAID))
        self.save(update_fields=["deadline_at"])

    @property
    def is_ready_to_pay(self) -> bool:
        return self.stock_reserved and self.coupon_redeemed

    @property
    def is_open(self) -> bool:
        return self.status == OrderStatus.PLACED

    @property
    def can_be_cancelled(self) -> bool:
        """Whether the order is unpaid, and no money can have been taken for it; it may also be paid again then."""
        return self.is_open and self.payment.state in CANCELLABLE

    @property
    def can_be_refunded(self) -> bool:
        return self.status in STATUS_AFTER_REFUND

    def can_become(self, status: OrderStatus) -> bool:
        return status in ORDER_TRANSITIONS[self.status]

    def _transition(self, status: OrderStatus, **fields: object) -> None:
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
