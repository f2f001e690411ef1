"""How many of each there are, why that changed, and what is set aside for orders."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from contexts.catalog.models.products import Variant
from contexts.catalog.published.dto import StockLine

MAX_ON_HAND = 1_000_000_000  # of one SKU, by hand: what orders bring back then still fits the column


class StockQuerySet(models.QuerySet["Stock"]):
    def reserve(self, line: StockLine) -> bool:
        """Set a line aside and return True, if so many are on sale: the row decides between two buyers."""
        on_sale = Variant.objects.filter(product__on_sale=True)
        enough = self.filter(pk=line.sku, variant__in=on_sale, on_hand__gte=F("reserved") + line.quantity)
        return enough.update(reserved=F("reserved") + line.quantity) == 1

    def release(self, line: StockLine) -> None:
        self.filter(pk=line.sku).update(reserved=F("reserved") - line.quantity)

    def change(self, sku: str, delta: int, *, maximum: int = 2 * MAX_ON_HAND) -> bool:
        """
        Let so many come, or go where it is negative, and return True.

        Or return False: fewer would be left than are reserved, or more would be there than `maximum`.
        """
        enough = self.filter(pk=sku, on_hand__gte=F("reserved") - delta, on_hand__lte=maximum - delta)
        return enough.update(on_hand=F("on_hand") + delta) == 1

    def commit(self, line: StockLine) -> None:
        """Let a line that was set aside leave the house."""
        self.filter(pk=line.sku).update(reserved=F("reserved") - line.quantity, on_hand=F("on_hand") - line.quantity)


class Stock(models.Model):
    """How many of a SKU are in the house, and how many of those are set aside for orders under way."""

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
    Why `on_hand` changed: a ledger, of which no row is ever changed or deleted.

    :param delta: how many came, or went where it is negative.
    :param operator_id: who did it; nobody where an order did.
    :param order_id: the order with which the goods left or came back.
    """

    class Reason(models.TextChoices):
        RECEIVED = "received", "Goods received"
        COUNTED = "counted", "Corrected after a count"
        LOST = "lost", "Damaged or lost"
        SOLD = "sold", "Sold"
        RETURNED = "returned", "Returned"

    stock = models.ForeignKey(Stock, models.PROTECT, db_column="sku", related_name="movements")
    delta = models.IntegerField()
    reason = models.CharField(max_length=10, choices=Reason)
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
    """What is set aside for an order. A released one stays, so that a late "reserve" finds it and does nothing."""

    class State(models.TextChoices):
        RESERVED = "reserved"
        REJECTED = "rejected"
        RELEASED = "released"
        COMMITTED = "committed"
        RETURNED = "returned"

    order_id = models.UUIDField(primary_key=True)
    state = models.CharField(max_length=10, choices=State)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.order_id}: {self.state}"

    @classmethod
    def begin(
        cls, order_id: UUID, lines: Iterable[StockLine], *, state: State = State.RESERVED, now: datetime
    ) -> Self | None:
        """Begin the reservation of an order, or return nothing where it has one, in whatever state."""
        if cls.objects.filter(order_id=order_id).exists():
            return None
        # A rival that begins one at this very moment makes the insert fail, and the message is tried again.
        reservation = cls.objects.create(order_id=order_id, state=state, created_at=now)
        ReservationLine.objects.bulk_create(
            ReservationLine(reservation=reservation, sku=line.sku, quantity=line.quantity) for line in lines
        )
        return reservation

    @classmethod
    def get_or_tombstone(cls, order_id: UUID, *, now: datetime) -> Self:
        """Return the reservation of an order, locked; a released one where it has none yet."""
        existing = cls.objects.select_for_update().filter(order_id=order_id).first()
        return existing or cls.objects.create(order_id=order_id, state=cls.State.RELEASED, created_at=now)

    def stock_lines(self) -> list[StockLine]:
        """Return the lines in the order in which all lock their rows, so that none waits for the other in a circle."""
        rows = ReservationLine.objects.filter(reservation=self)
        # Sorted here, as when they were reserved: a database's collation may have another order than Python.
        return sorted((StockLine(sku=row.sku, quantity=row.quantity) for row in rows), key=lambda line: line.sku)

    def transition_to(self, state: State) -> None:
        self.state = state
        self.save(update_fields=["state"])


class ReservationLine(models.Model):
    reservation = models.ForeignKey(Reservation, models.CASCADE)
    sku = models.CharField(max_length=40)
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["reservation", "sku"], name="reservation_line_unique"),)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"
