"""The pages of a product: its words, its attributes as lines, its variants with their prices."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.pages import NothingIsDeleted, Page
from contexts.catalog.domain.attributes import UnreadableLine, read, written
from contexts.catalog.models import Product, Stock, Variant

ATTRIBUTES_HELP = (
    "One a line: “Capacity: 330 ml”, “Material: oak”, “Dishwasher: yes”. "
    'Quotes keep a number as text: “Edition: "2"”; brackets give text a unit: “Format: A4 [paper]”.'
)

LIKE_TEXT = "background: transparent; border-color: transparent; box-shadow: none"


class AttributesField(forms.CharField):
    """A list of attributes, which a person sees and writes as lines."""

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        try:
            return read(super().to_python(value) or "")
        except UnreadableLine as error:
            raise ValidationError(str(error), code="unreadable") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except ValidationError:
            return True


class ProductForm(forms.ModelForm):
    attributes = AttributesField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=ATTRIBUTES_HELP,
    )

    class Meta:
        model = Product
        fields = "__all__"  # noqa: DJ007 - the page names them
        widgets: ClassVar = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 4})}


class VariantForm(forms.ModelForm):
    """A SKU is known to baskets and orders: once it is there it stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "sku" in self.fields:
            self.fields["sku"].widget.attrs |= {"readonly": True, "style": LIKE_TEXT}

    class Meta:
        model = Variant
        fields = ("sku", "name", "price", "weight_grams", "position")
        labels: ClassVar = {"sku": "SKU", "weight_grams": "Weight, grams"}


class VariantFormSet(PaginationInlineFormSet):
    def clean(self) -> None:
        super().clean()
        # Django finds a row by the key that the form sends; under another key it would store a second row.
        if any(form.instance._state.adding for form in self.initial_forms):
            raise ValidationError("A SKU cannot be changed. Add a variant under the new one instead.")


class VariantInline(NothingIsDeleted, TabularInline):
    model = Variant
    form = VariantForm
    formset = VariantFormSet
    fields = ("sku", "name", "price", "weight_grams", "position", "in_stock")
    readonly_fields = ("in_stock",)
    extra = 0
    hide_title = True
    min_num = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        rows: QuerySet[Variant] = super().get_queryset(request)
        return rows.select_related("stock")

    @display(description="Available")
    def in_stock(self, variant: Variant) -> str:
        if not hasattr(variant, "stock"):
            return "–"
        page = reverse("admin:catalog_stock_change", args=(variant.pk,))
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', page, variant.stock.available
        )


@admin.register(Product)
class ProductAdmin(NothingIsDeleted, Page):
    """A product is taken off sale by counting its stock down to nothing; orders go on naming it."""

    form = ProductForm
    list_display = ("name", "brand", "category", "lowest_price", "variants_shown", "available")
    list_filter = (
        ("category", AutocompleteSelectFilter),
        ("brand", AutocompleteSelectFilter),
        ("supplier", AutocompleteSelectFilter),
    )
    list_select_related = ("brand", "category")
    search_fields = ("name", "slug", "variants__sku__istartswith")
    search_help_text = "A part of the name, or how a SKU begins"
    ordering = ("name", "id")
    inlines = (VariantInline,)
    autocomplete_fields = ("brand", "supplier", "category")
    fieldsets = (
        (None, {"fields": (("name", "slug"), "description")}),
        ("Where it belongs", {"fields": (("brand", "supplier"), ("category", "tax_class"))}),
        ("Characteristics", {"fields": ("attributes",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        # Not by aggregates: a database would sum up all products to show a page of them.
        rows: QuerySet[Product] = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("variants", Variant.objects.select_related("stock")))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Product | None = None) -> dict[str, tuple[str, ...]]:
        return {} if obj else {"slug": ("name",)}

    @display(description="From")
    def lowest_price(self, product: Product) -> str:
        prices = [variant.price for variant in product.variants.all()]
        return f"{min(prices)} {settings.CURRENCY}" if prices else "–"

    @display(description="Variants")
    def variants_shown(self, product: Product) -> int:
        return len(product.variants.all())

    @display(description="Available", label={"none": "danger"})
    def available(self, product: Product) -> str:
        return str(sum(variant.available for variant in product.variants.all()) or "none")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Let every new variant have a stock, of none, so that goods can be received for it."""
        super().save_related(request, form, formsets, change)
        for variant in Variant.objects.filter(product=form.instance, stock=None):
            Stock.objects.create(variant=variant)
