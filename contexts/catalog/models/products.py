"""
Products with their variants and pictures, and their brands, suppliers and categories.

Triggers (`migrations/0002_kept_by_postgres.py`) write every `sort_key` and the former slugs, and refuse a sale of a
product without a variant, for every program that writes to the database.
"""

import uuid
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from building_blocks.money import Money

MAX_LEVELS = 5  # of categories: the longest slugs of so many levels fill `Category.path`


def sort_key() -> "models.TextField[str, str]":
    """Return the field that sorts lists: a lower-case name without accents. Only a trigger writes it."""
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
    A category of products, in a tree.

    :param path: the slugs from the root to here, as "/kitchen/mugs/": one test finds all categories below another.
    :param sort_key: the keys of the names from the root to here, so that each category follows its parent.
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
        Check the place of a new category in the tree, and set its path; a category never moves.

        :raises ValidationError: it would be below itself, or too deep.
        """
        super().clean()
        if not self._state.adding:
            return
        parent_path = self.parent.path if self.parent else "/"
        if f"/{self.slug}/" in parent_path:
            raise ValidationError({"parent": "A category cannot be below itself."})
        if parent_path.count("/") > MAX_LEVELS:
            raise ValidationError({"parent": f"Categories have at most {MAX_LEVELS} levels: choose a higher parent."})
        self.path = f"{parent_path}{self.slug}/"


class ProductQuerySet(models.QuerySet["Product"]):
    def matching(self, *, brands: list[str], categories: list[str], suppliers: list[str]) -> Self:
        """Keep products of these brands, categories (with those below) and suppliers; an empty list keeps all."""
        products = self
        if brands:
            products = products.filter(brand__in=brands)
        if suppliers:
            products = products.filter(supplier__in=suppliers)
        if categories:
            in_subtree = Q.create([("path__contains", f"/{category}/") for category in categories], Q.OR)
            # Read first: if Postgres knows the categories, it chooses the index that yields a sorted page.
            products = products.filter(
                category__in=list(Category.objects.filter(in_subtree).values_list("slug", flat=True))
            )
        return products


class Product(models.Model):
    """
    A product, which is sold in one or more variants.

    :param attributes: further characteristics, in order, as [{"name", "value", "unit"}]; the unit may be "".
    :param on_sale: whether the shop shows it and takes orders for it; existing orders go on in either case.
    :param thumbnail: the thumbnail of its first picture, or ""; a copy, since a join would make lists a tenth slower.
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
        # Each index yields the products of one filter in the order of the list, so the search ends with the page, and
        # contains `on_sale`, so that products off sale are skipped without reading their rows.
        indexes = (
            models.Index(fields=["sort_key", "id"], include=["on_sale"], name="product_by_sort_key"),
            models.Index(fields=["brand", "sort_key", "id"], include=["on_sale"], name="product_by_brand"),
            models.Index(fields=["supplier", "sort_key", "id"], include=["on_sale"], name="product_by_supplier"),
            models.Index(fields=["category", "sort_key", "id"], include=["on_sale"], name="product_by_category"),
        )

    def __str__(self) -> str:
        return self.name


class FormerSlug(models.Model):
    """A slug that a product had before. Its old address redirects to the new one, unless another product has it now."""

    slug = models.SlugField(max_length=80, primary_key=True)
    product = models.ForeignKey(Product, models.CASCADE)

    def __str__(self) -> str:
        return self.slug


class Picture(models.Model):
    """
    A picture of a product as the shop shows it; the upload itself is not stored.

    :param position: 0 for the first picture, which lists show.
    :param alt: a description for people who cannot see the picture.
    :param large: the name of its file in the storage; `thumbnail` is the name of the smaller file.
    :param width: the width of the large file in pixels, so that a client can reserve space; `height` likewise.
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
            # Checked at the end of the transaction: before, two pictures that change places have the same position.
            models.UniqueConstraint(
                fields=["product", "position"], name="picture_position_unique", deferrable=models.Deferrable.DEFERRED
            ),
        )

    def __str__(self) -> str:
        return self.alt


class Variant(models.Model):
    """
    What a shopper puts into a basket. Every product on sale has at least one variant.

    :param sku: case-sensitive; even so, two SKUs must not differ only in case. It never changes.
    :param name: "" if it is the only variant.
    :param price: of one piece, with tax, in the shop's currency.
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
                violation_error_message="This SKU exists already; upper and lower case are the same.",
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
        """The pieces that can be bought; 0 if the variant has no stock row."""
        return self.stock.available if hasattr(self, "stock") else 0
