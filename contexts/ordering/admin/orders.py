"""The list of all orders, and the page of one with what has happened to it."""

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from unfold.admin import StackedInline, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from backoffice.filters import since
from backoffice.pages import Page, ReadOnly, in_lines
from building_blocks.address import Address
from contexts.ordering.admin.steps import Steps
from contexts.ordering.admin.timeline import timeline
from contexts.ordering.models import Order, OrderLine, Payment

COLOURS = {
    "placed": "info",
    "confirmed": "warning",
    "shipped": "primary",
    "delivered": "success",
    "cancelled": "danger",
    "returned": "danger",
}


class LineInline(ReadOnly, TabularInline):
    model = OrderLine
    fields = ("sku", "name", "quantity", "unit_price", "line_total", "discount", "tax")
    verbose_name_plural = "Lines"
    extra = 0
    hide_title = True


class PaymentInline(ReadOnly, StackedInline):
    """Without the token, which is as good as the card at the provider."""

    model = Payment
    fields = (("state_shown", "decline_reason"), ("amount", "changed_at"), "id")
    readonly_fields = ("state_shown", "id")
    verbose_name_plural = "Payment"
    extra = 0
    hide_title = True

    @display(description="State")
    def state_shown(self, payment: Payment) -> str:
        return payment.state.replace("_", " ")


@admin.register(Order)
class OrderAdmin(ReadOnly, Steps, Page):
    list_display = ("number", "status_shown", "reason_shown", "email", "total_shown", "placed_at")
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("payment__state", ChoicesDropdownFilter),
        since("placed_at", title="placed"),
    )
    search_fields = ("number__istartswith", "email__istartswith")
    search_help_text = "How number or e-mail begins"
    ordering = ("-placed_at",)
    inlines = (LineInline, PaymentInline)
    fieldsets = (
        (None, {"fields": (("number", "status_shown"), "what_happened")}),
        ("Delivery", {"fields": ("email", "address", "delivery_note", ("shipping_method", "tracking"))}),
        ("Amounts", {"fields": (("subtotal", "discount", "shipping"), ("total_shown", "tax", "coupon"))}),
    )

    @display(description="Status", ordering="status", label=COLOURS)
    def status_shown(self, order: Order) -> str:
        return order.status

    @display(description="Reason", ordering="reason", empty_value="")
    def reason_shown(self, order: Order) -> str:
        return order.reason.replace("_", " ")

    @display(description="Total", ordering="total")
    def total_shown(self, order: Order) -> str:
        return f"{order.total} {order.currency}"

    @display(description="What happened")
    def what_happened(self, order: Order) -> str:
        moments = ((date_format(timezone.localtime(at), "DATETIME_FORMAT"), what) for at, what in timeline(order))
        return format_html_join("", "<div>{} · {}</div>", moments)

    @display(description="Address")
    def address(self, order: Order) -> str:
        return in_lines(Address(**order.delivery_address))
