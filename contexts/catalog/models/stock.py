"""How many pieces of each SKU are on hand, why that number changed, and how many are reserved for orders."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from building_blocks.transitions import check_transition
from contexts.catalog.domain.reservation import RESERVATION_TRANSITIONS, ReservationState
from contexts.catalog.domain.stock import MAX_ON_HAND, MovementReason
from contexts.catalog.models.products import Variant
from contexts.catalog.published.dto import StockLine

REASON_LABELS = {
    MovementReason.RECEIVED.value: "Goods received",
    MovementReason.COUNTED.value: "Corrected after a count",
    MovementReason.LOST.value: "Damaged or lost",
    MovementReason.SOLD.value: "Sold",
    MovementReason.RETURNED.value: "Returned",
}
RESERVATION_STATES = [(state.value, state.value.title()) for state in ReservationState]


class StockQuerySet(models.QuerySet["Stock"]):
    def reserve(self, line: StockLine) -> bool:
        """Reserve a line and return True, if the SKU is on sale and has enough: the row decides between two buyers."""
        on_sale = Variant.objects.filter(product__on_sale=True)
        enough = self.filter(pk=line.sku, variant__in=on_sale, on_hand__gte=F("reserved") + line.quantity)
        return enough.update(reserved=F("reserved") + line.quantity) == 1

    def release(self, line: StockLine) -> None:
        """End the reservation of a line; its pieces stay on hand."""
        self.filter(pk=line.sku).update(reserved=F("reserved") - line.quantity)

    def change(self, sku: str, delta: int, *, maximum: int = 2 * MAX_ON_HAND) -> bool:
        """
        Add `delta` pieces, or remove some if it is negative, and return True.

        Return False if fewer would be on hand than are reserved, or more than `maximum`.
        """
        enough = self.filter(pk=sku, on_hand__gte=F("reserved") - delta, on_hand__lte=maximum - delta)
        return enough.update(on_hand=F("on_hand") + delta) == 1

    def commit(self, line: StockLine) -> None:
        """Take a reserved line off the stock."""
        self.filter(pk=line.sku).update(reserved=F("reserved") - line.quantity, on_hand=F("on_hand") - line.quantity)


class Stock(models.Model):
    """How many pieces of a SKU are on hand, and how many of those are reserved for open orders."""

    variant = models.OneToOneField(Variant, models.CASCADE, primary_key=True, db_column="sku")
    on_hand = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)

    objects = StockQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "stock"
        constraints = (models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="stock_not_oversold"),)

    def __str__(self) -> str:
        return f"{self.pk}: {self.available} available"

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


class StockMovement(models.Model):
    """
    Why `on_hand` changed: a ledger. No row of it is ever changed or deleted.

    :param delta: the pieces that were added, or removed if it is negative.
    :param operator_id: the operator who made the change; None if an order did.
    :param order_id: the order with which the goods left or came back.
    """

    stock = models.ForeignKey(Stock, models.PROTECT, db_column="sku", related_name="movements")
    delta = models.IntegerField()
    reason = models.CharField(max_length=10, choices=REASON_LABELS)
    note = models.CharField(max_length=200, blank=True)
    operator_id = models.UUIDField(null=True)
    order_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        constraints = (models.CheckConstraint(condition=~Q(delta=0), name="stock_movement_not_zero"),)

    def __str__(self) -> str:
        return f"{self.delta:+} × {self.stock_id}"


class Reservation(models.Model):
    """The stock that is reserved for an order. A released one stays, so that a late `ReserveStock` does nothing."""

    order_id = models.UUIDField(primary_key=True)
    state = models.CharField(max_length=10, choices=RESERVATION_STATES)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.order_id}: {self.state}"

    @classmethod
    def begin(
        cls,
        order_id: UUID,
        lines: Iterable[StockLine],
        *,
        state: ReservationState = ReservationState.RESERVED,
        now: datetime,
    ) -> Self | None:
        """Begin the reservation of an order, or return None if the order has one, in any state."""
        if cls.objects.filter(order_id=order_id).exists():
            return None
        # If another transaction begins one at the same moment, the insert fails and the message is retried.
        reservation = cls.objects.create(order_id=order_id, state=state, created_at=now)
        ReservationLine.objects.bulk_create(
            ReservationLine(reservation=reservation, sku=line.sku, quantity=line.quantity) for line in lines
        )
        return reservation

    @classmethod
    def get_or_create_released(cls, order_id: UUID, *, now: datetime) -> Self:
        """Return the reservation of an order, locked; create a released one if the order has none."""
        existing = cls.objects.select_for_update().filter(order_id=order_id).first()
        return existing or cls.objects.create(order_id=order_id, state=ReservationState.RELEASED, created_at=now)

    def stock_lines(self) -> list[StockLine]:
        """Return the lines sorted by SKU. Every transaction locks stock rows in this order, to avoid deadlocks."""
        rows = ReservationLine.objects.filter(reservation=self)
        # Sorted in Python, in the same order as `reserve_stock`: the database may sort differently.
        return sorted((StockLine(sku=row.sku, quantity=row.quantity) for row in rows), key=lambda line: line.sku)

    def commit(self, *, now: datetime) -> None:
        """Take the reserved pieces off the stock, and record the sale in the ledger."""
        self.transition_to(ReservationState.COMMITTED)
        lines = self.stock_lines()
        for line in lines:
            Stock.objects.commit(line)
        self._record({line.sku: -line.quantity for line in lines}, MovementReason.SOLD, now=now)

    def put_back(self, *, now: datetime) -> None:
        """Put the sold pieces back on hand, and record the return in the ledger."""
        self.transition_to(ReservationState.RETURNED)
        lines = self.stock_lines()
        for line in lines:
            Stock.objects.change(line.sku, line.quantity)
        self._record({line.sku: line.quantity for line in lines}, MovementReason.RETURNED, now=now)

    def transition_to(self, state: ReservationState) -> None:
        check_transition(RESERVATION_TRANSITIONS, self.state, state)
        self.state = state
        self.save(update_fields=["state"])

    def _record(self, deltas: dict[str, int], reason: MovementReason, *, now: datetime) -> None:
        StockMovement.objects.bulk_create(
            StockMovement(stock_id=sku, delta=delta, reason=reason, order_id=self.order_id, at=now)
            for sku, delta in deltas.items()
        )


class ReservationLine(models.Model):
    reservation = models.ForeignKey(Reservation, models.CASCADE)
    sku = models.CharField(max_length=40)
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["reservation", "sku"], name="reservation_line_unique"),)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"
