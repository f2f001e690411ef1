"""The list of orders, and the page of one order with its history."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from unfold.admin import StackedInline, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from backoffice.filters import since_filter
from backoffice.pages import BaseAdmin, ReadOnly, address_html
from building_blocks.address import Address
from contexts.ordering.admin.actions import OrderActions
from contexts.ordering.admin.timeline import timeline
from contexts.ordering.domain.numbers import normalised_number
from contexts.ordering.domain.status import PaymentState
from contexts.ordering.models import Order, OrderLine, Payment

STATUS_COLOURS = {
    "Placed": "info",
    "Confirmed": "warning",
    "Shipped": "primary",
    "Delivered": "success",
    "Cancelled": "danger",
    "Returned": "danger",
}
PAYMENT_STATE_LABELS = {
    PaymentState.WAITING: "Not begun",
    PaymentState.AUTHORISING: "Requested from the payment provider",
    PaymentState.ACTION_REQUIRED: "Waiting for the buyer's approval at the bank",
    PaymentState.CAPTURING: "Set aside, capture requested",
    PaymentState.CAPTURED: "Paid",
    PaymentState.VOIDING: "Abandoned, void requested",
    PaymentState.REFUNDING: "Refund requested from the payment provider",
    PaymentState.REFUNDED: "Refunded",
    PaymentState.DECLINED: "Declined",
    PaymentState.VOIDED: "Abandoned, nothing was taken",
}


class LineInline(ReadOnly, TabularInline):
    model = OrderLine
    fields = ("sku_shown", "name", "quantity", "unit_price", "line_total", "discount", "tax")
    readonly_fields = ("sku_shown",)
    verbose_name_plural = f"Lines, amounts in {settings.CURRENCY}"
    extra = 0
    hide_title = True

    @display(description="SKU")
    def sku_shown(self, line: OrderLine) -> str:
        return line.sku


class PaymentInline(ReadOnly, StackedInline):
    """Without the token, which is worth as much as the card at the provider."""

    model = Payment
    fields = (("state_shown", "decline_reason"), ("amount", "changed_at"), "id")
    readonly_fields = ("state_shown", "id")
    verbose_name_plural = f"Payments, in {settings.CURRENCY}; the last one counts"
    extra = 0
    hide_title = True

    @display(description="State")
    def state_shown(self, payment: Payment) -> str:
        return PAYMENT_STATE_LABELS[PaymentState(payment.state)]


@admin.register(Order)
class OrderAdmin(ReadOnly, OrderActions, BaseAdmin):
    list_display = ("number", "status_shown", "reason_shown", "email", "total_shown", "placed_at")
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("payments__state", ChoicesDropdownFilter),
        since_filter("placed_at", title="placed"),
    )
    search_fields = ("number__istartswith", "email__istartswith")
    search_help_text = "The beginning of a number or an e-mail address"
    ordering = ("-placed_at",)
    inlines = (LineInline, PaymentInline)
    actions_detail = (*OrderActions.actions_detail, "messages_about_this")
    fieldsets = (
        (None, {"fields": (("number", "status_shown"), "history")}),
        ("Delivery", {"fields": ("email", "address", "delivery_note", ("shipping_method_shown", "tracking"))}),
        (
            f"Amounts in {settings.CURRENCY}",
            {"fields": (("subtotal", "discount", "shipping"), ("total_shown", "tax", "coupon"))},
        ),
    )

    def get_search_results(self, request: HttpRequest, rows: QuerySet[Order], term: str) -> tuple[Any, bool]:
        """Also find orders by a number in lower case or without dashes."""
        matching, may_repeat = super().get_search_results(request, rows, term)
        return (matching | rows.filter(number__startswith=normalised_number(term)) if term else matching), may_repeat

    def has_messages_permission(self, request: HttpRequest, object_id: str = "") -> bool:
        return bool(request.user.has_perms(("messaging.view_outboxmessage", "messaging.view_inboxmessage")))

    @action(description="Messages", permissions=["messages"], icon="timeline")
    def messages_about_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(f"{reverse('admin:message_story')}?about={quote(object_id)}")

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def status_shown(self, order: Order) -> str:
        return order.status.capitalize()

    @display(description="Reason", ordering="reason", empty_value="")
    def reason_shown(self, order: Order) -> str:
        return order.reason.replace("_", " ").capitalize()

    @display(description="Total", ordering="total")
    def total_shown(self, order: Order) -> str:
        return f"{order.total}\N{NO-BREAK SPACE}{order.currency}"

    @display(description="Shipping method")
    def shipping_method_shown(self, order: Order) -> str:
        return order.shipping_method.capitalize()

    @display(description="History")
    def history(self, order: Order) -> str:
        entries = ((date_format(timezone.localtime(at), "DATETIME_FORMAT"), what) for at, what in timeline(order))
        return format_html_join("", "<div>{} · {}</div>", entries)

    @display(description="Address")
    def address(self, order: Order) -> str:
        return address_html(Address(**order.delivery_address))
