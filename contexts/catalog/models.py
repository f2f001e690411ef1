"""The tables of catalog: what is sold, and how many of each there are."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from building_blocks.money import Money
from contexts.catalog.published.dto import StockLine

MOST_LEVELS = 5  # of categories; the longest slugs of so many fill a path
MOST_ON_HAND = 1_000_000_000  # of one SKU, by hand: what orders bring back then still fits the column


class Brand(models.Model):
    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Supplier(models.Model):
    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """:param path: the slugs from the root to here, "/kitchen/mugs/", so that one test finds all below a category."""

    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    path = models.CharField(max_length=300, editable=False)

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """
        Check the place of a new category in the tree, where it then stays, and note its path.

        :raises ValidationError: it would be below itself, or too deep.
        """
        super().clean()
        if not self._state.adding:
            return
        above = self.parent.path if self.parent else "/"
        if f"/{self.slug}/" in above:
            raise ValidationError({"parent": "A category cannot be below itself."})
        if above.count("/") > MOST_LEVELS:
            raise ValidationError({"parent": f"Categories have at most {MOST_LEVELS} levels: choose one higher up."})
        self.path = f"{above}{self.slug}/"


class ProductQuerySet(models.QuerySet["Product"]):
    def matching(self, *, brands: list[str], categories: list[str], suppliers: list[str]) -> Self:
        """Keep the products of any of these brands, categories (with those below them) and suppliers; [] keeps all."""
        found = self
        if brands:
            found = found.filter(brand__in=brands)
        if suppliers:
            found = found.filter(supplier__in=suppliers)
        if categories:
            below = Q.create([("path__contains", f"/{category}/") for category in categories], Q.OR)
            # Asked for beforehand: knowing which they are, Postgres knows which index leads to a page of them.
            found = found.filter(category__in=list(Category.objects.filter(below).values_list("slug", flat=True)))
        return found


class Product(models.Model):
    """
    :param attributes: every further characteristic, in order, as [{"name", "value", "unit"}]; unit may be "".
    :param on_sale: whether the shop shows it and takes orders of it; those that are there go on.
    :param thumbnail: of its first picture, or ""; a copy, since a join would cost the list a tenth of its speed.
    """

    class TaxClass(models.TextChoices):
        STANDARD = "standard"
        REDUCED = "reduced"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=150)
    description = models.TextField(blank=True)
    brand = models.ForeignKey(Brand, models.PROTECT, db_index=False)
    supplier = models.ForeignKey(Supplier, models.PROTECT, db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, db_index=False)
    tax_class = models.CharField(max_length=10, choices=TaxClass, default=TaxClass.STANDARD)
    attributes = models.JSONField(default=list)
    on_sale = models.BooleanField(default=True, db_default=True)
    thumbnail = models.CharField(max_length=100, blank=True, default="", db_default="", editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        # Each filter finds its products in the order of the list, so that a page ends the search; and what is off sale
        # is left out without a look at the row.
        indexes = (
            models.Index(fields=["name", "id"], include=["on_sale"], name="product_by_name"),
            models.Index(fields=["brand", "name", "id"], include=["on_sale"], name="product_by_brand"),
            models.Index(fields=["supplier", "name", "id"], include=["on_sale"], name="product_by_supplier"),
            models.Index(fields=["category", "name", "id"], include=["on_sale"], name="product_by_category"),
        )

    def __str__(self) -> str:
        return self.name


class Picture(models.Model):
    """
    A picture of a product as the shop shows it; the upload itself is not kept.

    :param position: 0 is the first, which lists show.
    :param alt: what it shows, for those who do not see it.
    :param page: the name of its file in the storage; `thumbnail` is that of the smaller one.
    :param width: of the page's, in pixels, as is `height`, so that a client can leave room for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures", db_index=False)
    position = models.PositiveSmallIntegerField()
    alt = models.CharField(max_length=200)
    page = models.CharField(max_length=100, editable=False)
    thumbnail = models.CharField(max_length=100, editable=False)
    width = models.PositiveSmallIntegerField(editable=False)
    height = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        ordering = ("position",)
        constraints = (
            # Looked at when all is written: until then two pictures that change places share one.
            models.UniqueConstraint(
                fields=["product", "position"], name="picture_place_once", deferrable=models.Deferrable.DEFERRED
            ),
        )

    def __str__(self) -> str:
        return self.alt


class Variant(models.Model):
    """What is put into a basket: every product has at least one, whose name is "" where it is the only one."""

    sku = models.CharField(max_length=40, primary_key=True)
    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    name = models.CharField(max_length=60, blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    weight_grams = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "sku")
        constraints = (models.CheckConstraint(condition=Q(price__gte=0), name="variant_price_not_negative"),)

    def __str__(self) -> str:
        return self.sku

    def clean(self) -> None:
        """
        Check the price.

        :raises ValidationError: it is negative.
        """
        super().clean()
        if self.price is not None and self.price < 0:
            raise ValidationError({"price": "A price is zero or more."})

    @property
    def unit_price(self) -> Money:
        return Money(self.price, settings.CURRENCY)

    @property
    def available(self) -> int:
        """How many can be bought: none while its stock was never counted."""
        return self.stock.available if hasattr(self, "stock") else 0


class StockQuerySet(models.QuerySet["Stock"]):
    def reserve(self, line: StockLine) -> bool:
        """Set a line aside and return True, if so many are on sale: the row decides, whoever else is buying."""
        on_sale = Variant.objects.filter(product__on_sale=True)
        enough = self.filter(pk=line.sku, variant__in=on_sale, on_hand__gte=F("reserved") + line.quantity)
        return enough.update(reserved=F("reserved") + line.quantity) == 1

    def release(self, line: StockLine) -> None:
        self.filter(pk=line.sku).update(reserved=F("reserved") - line.quantity)

    def change(self, sku: str, delta: int, *, most: int = 2 * MOST_ON_HAND) -> bool:
        """
        Let so many come, or go where it is negative, and return True.

        Or return False: fewer would be left than are reserved, or more would be there than `most`.
        """
        enough = self.filter(pk=sku, on_hand__gte=F("reserved") - delta, on_hand__lte=most - delta)
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
        constraints = (models.CheckConstraint(condition=~Q(delta=0), name="stock_movement_moves"),)

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
    def open_for(
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
    def of(cls, order_id: UUID, *, now: datetime) -> Self:
        """Return the reservation of an order, locked; a released one where it has none yet."""
        known = cls.objects.select_for_update().filter(order_id=order_id).first()
        return known or cls.objects.create(order_id=order_id, state=cls.State.RELEASED, created_at=now)

    def stock_lines(self) -> list[StockLine]:
        """Return the lines in the order in which all lock their rows, so that none waits for the other in a circle."""
        rows = ReservationLine.objects.filter(reservation=self)
        # Sorted here, as when they were reserved: a database's collation may have another order than Python.
        return sorted((StockLine(sku=row.sku, quantity=row.quantity) for row in rows), key=lambda line: line.sku)

    def become(self, state: State) -> None:
        self.state = state
        self.save(update_fields=["state"])


class ReservationLine(models.Model):
    reservation = models.ForeignKey(Reservation, models.CASCADE)
    sku = models.CharField(max_length=40)
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["reservation", "sku"], name="reservation_line_once"),)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"
