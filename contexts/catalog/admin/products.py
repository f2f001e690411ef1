"""The pages of a product: its texts, its attributes as lines, its variants with prices and stock, its pictures."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.contrib.filters.admin import AutocompleteSelectFilter, BooleanRadioFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.pages import BaseAdmin, NoDelete, log_change, redirect_with_message
from building_blocks.refusals import Refusal
from contexts.catalog.admin.attributes import UnreadableLine, format_attributes, parse_attributes
from contexts.catalog.admin.pictures import PictureFormSet, PictureInline
from contexts.catalog.admin.stock import StockChangeDialog
from contexts.catalog.admin.variants import PRICE, VariantInline, price_summary
from contexts.catalog.models import FormerSlug, Product, Stock, Variant
from contexts.catalog.use_cases.arrange_pictures import arrange_pictures
from contexts.catalog.use_cases.change_stock import change_stock

MAX_PER_ACTION = 1000  # products
DIALOG = {
    "title": "Change the stock",
    "description": "Choose a variant. The ledger records the change and its reason.",
    "form_class": StockChangeDialog,
    "form_submit_text": "Change",
}
ATTRIBUTES_HELP = (
    "One per line: “Capacity: 330 ml”, “Material: oak”, “Dishwasher: yes”. "
    'A number in quotes is text: “Edition: "2"”. A unit after text is in brackets: “Format: A4 [paper]”.'
)


class AttributesField(forms.CharField):
    """A list of attributes, shown and edited as lines."""

    def prepare_value(self, value: Any) -> Any:
        return format_attributes(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        try:
            return parse_attributes(super().to_python(value) or "")
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
        fields = "__all__"  # noqa: DJ007 - `fieldsets` names them
        widgets: ClassVar = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 4})}
        help_texts: ClassVar = {"on_sale": "If off, the shop does not show the product and takes no orders for it."}


@admin.register(Product)
class ProductAdmin(NoDelete, BaseAdmin):
    """A product is taken off sale, not deleted: orders refer to it."""

    form = ProductForm
    list_display = (
        "name_shown",
        "brand_shown",
        "category_shown",
        "lowest_price",
        "variants_shown",
        "available",
        "sale_shown",
    )
    list_filter = (
        ("on_sale", BooleanRadioFilter),
        ("category", AutocompleteSelectFilter),
        ("brand", AutocompleteSelectFilter),
        ("supplier", AutocompleteSelectFilter),
    )
    list_select_related = ("brand", "category")
    search_fields = ("name", "slug", "variants__sku__istartswith")
    search_help_text = "A part of the name, or the beginning of a SKU"
    ordering = ("sort_key", "id")
    inlines = (VariantInline, PictureInline)
    actions = ("take_off_sale", "put_on_sale")
    actions_detail = ("change_variant_stock",)
    autocomplete_fields = ("brand", "supplier", "category")
    fieldsets = (
        (None, {"fields": (("name", "slug"), "description", "on_sale")}),
        ("Classification", {"fields": (("brand", "supplier"), ("category", "tax_class"))}),
        ("Characteristics", {"fields": ("attributes",)}),
    )

    def has_stock_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("catalog.change_stock"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        # Not by aggregates: the database would aggregate all products to show one page.
        rows: QuerySet[Product] = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("variants", Variant.objects.select_related("stock")))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Product | None = None) -> dict[str, tuple[str, ...]]:
        return {} if obj else {"slug": ("name",)}

    @display(description="Name", ordering="sort_key")
    def name_shown(self, product: Product) -> str:
        return product.name

    @display(description="Brand", ordering="brand__sort_key")
    def brand_shown(self, product: Product) -> str:
        return product.brand.name

    @display(description="Category", ordering="category__sort_key")
    def category_shown(self, product: Product) -> str:
        return product.category.name

    @display(description="From")
    def lowest_price(self, product: Product) -> str:
        prices = [variant.price for variant in product.variants.all()]
        return f"{min(prices)}\N{NO-BREAK SPACE}{settings.CURRENCY}" if prices else "–"

    @display(description="Variants")
    def variants_shown(self, product: Product) -> int:
        return len(product.variants.all())

    @display(description="Available", label={"none": "danger"})
    def available(self, product: Product) -> str:
        return str(sum(variant.available for variant in product.variants.all()) or "none")

    @display(description="Sale", label={"on sale": "success", "off sale": "warning"}, ordering="on_sale")
    def sale_shown(self, product: Product) -> str:
        return "on sale" if product.on_sale else "off sale"

    @admin.action(description="Take off sale", permissions=["change"])
    def take_off_sale(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self._set_on_sale(request, queryset, on_sale=False)

    @admin.action(description="Put on sale", permissions=["change"])
    def put_on_sale(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self._set_on_sale(request, queryset, on_sale=True)

    def _set_on_sale(self, request: HttpRequest, queryset: QuerySet[Product], *, on_sale: bool) -> None:
        outcome = "put on sale" if on_sale else "taken off sale"
        rows = Product.objects.filter(pk__in=queryset.values("pk"), on_sale=not on_sale).prefetch_related("variants")
        products = list(rows[: MAX_PER_ACTION + 1])
        if len(products) > MAX_PER_ACTION:
            self.message_user(
                request, f"Choose at most {MAX_PER_ACTION:,} products at once: nothing was changed.", messages.ERROR
            )
            return
        if on_sale and (without_variants := [product.name for product in products if not product.variants.all()]):
            self.message_user(
                request, f"These products have no variant to sell: {', '.join(without_variants)}.", messages.ERROR
            )
            return
        Product.objects.filter(pk__in=[product.pk for product in products]).update(on_sale=on_sale)
        for product in products:
            log_change(request, product, f"{outcome.capitalize()}.")
        self.message_user(request, f"{len(products)} {outcome}.", messages.SUCCESS)

    @action(description="Change stock", permissions=["stock"], icon="warehouse", dialog=DIALOG)
    def change_variant_stock(self, request: HttpRequest, form: StockChangeDialog, object_id: str) -> HttpResponse:
        product = self.get_object(request, object_id)
        assert product is not None  # noqa: S101 - the dialog found a variant of it
        assert request.user.pk  # noqa: S101 - the site requires a signed-in operator
        page, sku = "admin:catalog_product_change", form.cleaned_data["sku"]
        change = {name: form.cleaned_data[name] for name in ("sku", "delta", "reason", "note")}
        try:
            change_stock(**change, operator_id=request.user.pk, now=timezone.now())
        except Refusal as refused:
            return redirect_with_message(request, page, object_id, message=refused.message, level=messages.ERROR)
        log_change(request, product, f"Stock of {sku}: {form.summary()}")
        return redirect_with_message(request, page, object_id, message=f"The stock of {sku} was changed.")

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        """Save the product; warn if its new slug was another product's, whose old address now leads to this product."""
        super().save_model(request, obj, form, change)
        former = FormerSlug.objects.exclude(product=obj).filter(slug=obj.slug).select_related("product").first()
        if former and "slug" in form.changed_data:
            self.message_user(request, f"{former.product} had the slug “{obj.slug}” before.", messages.WARNING)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if not isinstance(formset, PictureFormSet):
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)  # sets `deleted_objects`, and the other lists that the log reads
        removed = [picture.pk for picture in formset.deleted_objects]
        arrange_pictures(product_id=form.instance.pk, changes=formset.changes(), removed=removed)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        """Return Django's entries, with the old and the new price of each variant."""
        entries: list[Any] = super().construct_change_message(request, form, formsets, add)
        prices = {
            row.instance.pk: price_summary(row) for rows in formsets for row in rows if "price" in row.changed_data
        }
        for changed in (entry["changed"] for entry in entries if entry.get("changed", {}).get("object") in prices):
            changed["fields"] = [prices[changed["object"]] if name == PRICE else name for name in changed["fields"]]
        return entries

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows, and give each new variant an empty stock, so that it can receive goods."""
        super().save_related(request, form, formsets, change)
        for variant in Variant.objects.filter(product=form.instance, stock=None):
            Stock.objects.create(variant=variant)
