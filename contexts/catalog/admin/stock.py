"""The pages of the stock: the numbers, the ledger, and a form that changes the stock by the use case."""

from collections.abc import Callable
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from backoffice.dashboard import tile
from backoffice.pages import BaseAdmin, NoDelete, ReadOnly, operator_name
from backoffice.texts import DialogForm
from building_blocks.refusals import Refusal
from contexts.catalog.domain.stock import MANUAL_REASONS, MAX_DELTA, check_change
from contexts.catalog.models import REASON_LABELS, Stock, StockMovement
from contexts.catalog.use_cases.change_stock import change_stock

LOW_STOCK = 3  # pieces


class StockChangeForm(forms.Form):
    """A difference, never the number on hand: a shopper may be buying at the same time."""

    delta = forms.IntegerField(
        label="Pieces",
        min_value=-MAX_DELTA,
        max_value=MAX_DELTA,
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text="12 adds twelve pieces, -12 removes twelve.",
    )
    reason = forms.ChoiceField(
        choices=[("", "Choose a reason"), *((reason.value, REASON_LABELS[reason]) for reason in MANUAL_REASONS)],
        widget=UnfoldAdminSelectWidget(),
    )
    note = forms.CharField(
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="For example the number of the delivery note, who counted, or what broke.",
    )

    def clean(self) -> None:
        super().clean()
        if not self.errors:
            try:
                check_change(self.cleaned_data["delta"], self.cleaned_data["reason"])
            except Refusal as refused:
                self.add_error("delta", ValidationError(refused.message, code=refused.code))

    def summary(self) -> str:
        """Return the change and its reason, for the log."""
        cleaned = self.cleaned_data
        return f"{cleaned['delta']:+}, {REASON_LABELS[cleaned['reason']].lower()}. {cleaned['note']}".strip()


class StockForm(StockChangeForm, forms.ModelForm):
    class Meta:
        model = Stock
        fields: tuple[str, ...] = ()


class StockChangeDialog(StockChangeForm, DialogForm):
    """The same form on the page of a product, with a choice of its variants."""

    sku = forms.ChoiceField(label="Variant", widget=UnfoldAdminSelectWidget())
    field_order = ("sku",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = (
            Stock.objects.filter(variant__product=_product_id(self.object_id))
            .select_related("variant")
            .order_by("variant")
        )
        self.fields["sku"].choices = [(row.pk, _label(row)) for row in rows]  # type: ignore[attr-defined]


def _product_id(value: Any) -> UUID | None:
    """Return the id in the address of a page, or None if it is not one."""
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _label(stock: Stock) -> str:
    return f"{stock.pk} {stock.variant.name}".strip() + f": {stock.on_hand} on hand, {stock.reserved} reserved"


class MovementInline(ReadOnly, TabularInline):
    model = StockMovement
    fields = ("when", "pieces", "reason", "note", "by")
    readonly_fields = fields
    verbose_name_plural = "Ledger, newest first"
    extra = 0
    hide_title = True
    per_page = 20

    @display(description="When")
    def when(self, movement: StockMovement) -> str:
        return date_format(timezone.localtime(movement.at), "DATETIME_FORMAT")

    @display(description="Pieces")
    def pieces(self, movement: StockMovement) -> str:
        return f"{movement.delta:+}"

    @cached_property
    def names(self) -> Callable[[UUID], str]:
        """A function from an operator's id to a name, which reads each name once per page."""
        return cache(operator_name)

    @display(description="By")
    def by(self, movement: StockMovement) -> str:
        if movement.order_id:
            page = reverse("admin:catalog_reservation_change", args=(movement.order_id,))
            return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">an order</a>', page)
        return self.names(movement.operator_id) if movement.operator_id else "–"


class AvailabilityFilter(DropdownFilter):
    title = "availability"
    parameter_name = "availability"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "None available"), ("few", f"{LOW_STOCK} or fewer available"), ("reserved", "Some reserved")]

    def queryset(self, request: HttpRequest, rows: QuerySet[Stock]) -> QuerySet[Stock]:
        matching = {
            "none": rows.filter(on_hand=F("reserved")),
            "few": rows.filter(on_hand__lte=F("reserved") + LOW_STOCK),
            "reserved": rows.filter(reserved__gt=0),
        }
        return matching.get(self.value() or "", rows)


@admin.register(Stock)
class StockAdmin(NoDelete, BaseAdmin):
    form = StockForm
    list_display = ("sku", "product", "on_hand", "reserved", "available_shown")
    list_filter = (AvailabilityFilter,)
    list_select_related = ("variant__product",)
    search_fields = ("variant__sku__istartswith", "variant__product__name")
    search_help_text = "The beginning of the SKU, or a part of the product's name"
    ordering = ("variant__sku",)
    inlines = (MovementInline,)
    readonly_fields = ("sku", "product", "on_hand", "reserved", "available_shown")
    fieldsets = (
        (None, {"fields": (("sku", "product"), ("on_hand", "reserved", "available_shown"))}),
        ("Change", {"fields": (("delta", "reason"), "note")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if self.has_change_permission(request, obj) else self.fieldsets[:1]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or save it; if the change is refused, change nothing and show the reason."""
        try:
            response: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except Refusal as refused:
            self.message_user(request, refused.message, messages.ERROR)
            response = HttpResponseRedirect(request.path)
        return response

    def save_model(self, request: HttpRequest, obj: Stock, form: StockForm, change: bool) -> None:
        assert request.user.pk  # noqa: S101 - the site requires a signed-in operator
        change_stock(sku=str(obj.pk), operator_id=request.user.pk, now=timezone.now(), **form.cleaned_data)
        obj.refresh_from_db()

    def construct_change_message(self, request: HttpRequest, form: StockForm, formsets: Any, add: bool = False) -> str:
        return form.summary()

    @display(description="SKU", ordering="variant__sku")
    def sku(self, stock: Stock) -> str:
        return str(stock.pk)

    @display(description="Product", ordering="variant__product__sort_key")
    def product(self, stock: Stock) -> str:
        return f"{stock.variant.product.name} {stock.variant.name}".strip()

    @display(description="Available", label={"none": "danger"})
    def available_shown(self, stock: Stock) -> str:
        return str(stock.available or "none")


@tile("Sold out", permission="catalog.view_stock", page="catalog_stock_changelist", query="availability=none")
def sold_out() -> int:
    return Stock.objects.filter(on_hand=F("reserved")).count()
