"""
What is sold: products with their variants and pictures, and what they are sorted by.

Some of it Postgres keeps by itself, by triggers (`migrations/0002_kept_by_postgres.py`), whatever writes: each
`sort_key`, the former slugs, and that a product on sale has a variant.
"""

import uuid
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from building_blocks.money import Money

MAX_LEVELS = 5  # of categories; the longest slugs of so many fill a path


def sort_key() -> "models.TextField[str, str]":
    """Return the field that lists are sorted by: the name without case and accents, written by Postgres alone."""
    return models.TextField(db_default="", db_collation="C", editable=False)


class Brand(models.Model):
    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=100)
    sort_key = sort_key()

    def __str__(self) -> str:
        return self.name


class Supplier(models.Model):
    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=100)
    sort_key = sort_key()

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """
    :param path: the slugs from the root to here, "/kitchen/mugs/", so that one test finds all below a category.
    :param sort_key: those of the names from the root to here, so that each category comes after its parent.
    """

    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    path = models.CharField(max_length=300, editable=False)
    sort_key = sort_key()

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
        parent_path = self.parent.path if self.parent else "/"
        if f"/{self.slug}/" in parent_path:
            raise ValidationError({"parent": "A category cannot be below itself."})
        if parent_path.count("/") > MAX_LEVELS:
            raise ValidationError({"parent": f"Categories have at most {MAX_LEVELS} levels: choose one higher up."})
        self.path = f"{parent_path}{self.slug}/"


class ProductQuerySet(models.QuerySet["Product"]):
    def matching(self, *, brands: list[str], categories: list[str], suppliers: list[str]) -> Self:
        """Keep the products of any of these brands, categories (with those below them) and suppliers; [] keeps all."""
        products = self
        if brands:
            products = products.filter(brand__in=brands)
        if suppliers:
            products = products.filter(supplier__in=suppliers)
        if categories:
            in_subtree = Q.create([("path__contains", f"/{category}/") for category in categories], Q.OR)
            # Asked for beforehand: knowing which they are, Postgres knows which index leads to a page of them.
            products = products.filter(
                category__in=list(Category.objects.filter(in_subtree).values_list("slug", flat=True))
            )
        return products


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
    sort_key = sort_key()
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
            models.Index(fields=["sort_key", "id"], include=["on_sale"], name="product_by_sort_key"),
            models.Index(fields=["brand", "sort_key", "id"], include=["on_sale"], name="product_by_brand"),
            models.Index(fields=["supplier", "sort_key", "id"], include=["on_sale"], name="product_by_supplier"),
            models.Index(fields=["category", "sort_key", "id"], include=["on_sale"], name="product_by_category"),
        )

    def __str__(self) -> str:
        return self.name


class FormerSlug(models.Model):
    """A slug that a product had before: its old address leads to the new one, unless another product has it now."""

    slug = models.SlugField(max_length=80, primary_key=True)
    product = models.ForeignKey(Product, models.CASCADE)

    def __str__(self) -> str:
        return self.slug


class Picture(models.Model):
    """
    A picture of a product as the shop shows it; the upload itself is not kept.

    :param position: 0 is the first, which lists show.
    :param alt: what it shows, for those who do not see it.
    :param large: the name of its file in the storage; `thumbnail` is that of the smaller one.
    :param width: of the large one's, in pixels, as is `height`, so that a client can leave room for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="pictures", db_index=False)
    position = models.PositiveSmallIntegerField()
    alt = models.CharField(max_length=200)
    large = models.CharField(max_length=100, editable=False)
    thumbnail = models.CharField(max_length=100, editable=False)
    width = models.PositiveSmallIntegerField(editable=False)
    height = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        ordering = ("position",)
        constraints = (
            # Looked at when all is written: until then two pictures that change places share one.
            models.UniqueConstraint(
                fields=["product", "position"], name="picture_position_unique", deferrable=models.Deferrable.DEFERRED
            ),
        )

    def __str__(self) -> str:
        return self.alt


class Variant(models.Model):
    """
    What is put into a basket: every product on sale has at least one, whose name is "" where it is the only one.

    :param sku: as it was written at first, to the letter; no two differ in upper and lower case alone.
    """

    sku = models.CharField(max_length=40, primary_key=True)
    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    name = models.CharField(max_length=60, blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    weight_grams = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "sku")
        constraints = (
            models.CheckConstraint(condition=Q(price__gte=0), name="variant_price_not_negative"),
            models.UniqueConstraint(
                Upper("sku"),
                name="variant_sku_unique",
                violation_error_message="There is such a SKU already; upper and lower case are the same.",
            ),
        )

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
