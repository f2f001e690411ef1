"""The operators' pages of ordering: all orders, to be read, and cancelled as long as that is possible."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.admin import StackedInline, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from backoffice.dashboard import figure
from backoffice.filters import since
from backoffice.pages import Page, ReadOnly, back_to, in_lines, write_down
from building_blocks.address import Address
from contexts.ordering.domain.status import CancelReason, OrderStatus
from contexts.ordering.models import Order, OrderLine, Payment
from contexts.ordering.use_cases.cancel_order import cancel_order

COLOURS = {"placed": "info", "confirmed": "success", "cancelled": "danger"}
DETAIL = "admin:ordering_order_change"
DIALOG = {
    "title": "Cancel this order?",
    "description": "Its stock and coupon are given back, and the money that is set aside is let go of.",
    "form_class": None,
    "form_submit_text": "Yes, cancel the order",
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
class OrderAdmin(ReadOnly, Page):
    list_display = ("number", "status_shown", "reason_shown", "email", "total_shown", "placed_at")
    list_filter = (("status", ChoicesDropdownFilter), since("placed_at", title="placed"))
    search_fields = ("number__istartswith", "email__istartswith")
    search_help_text = "How number or e-mail begins"
    ordering = ("-placed_at",)
    inlines = (LineInline, PaymentInline)
    actions = ("cancel_chosen",)
    actions_detail = ("cancel_this",)
    fieldsets = (
        (
            None,
            {"fields": (("number", "placed_at"), ("status_shown", "confirmed_at"), ("reason_shown", "cancelled_at"))},
        ),
        ("Delivery", {"fields": ("email", "address", "delivery_note", "shipping_method")}),
        ("Amounts", {"fields": (("subtotal", "discount", "shipping"), ("total_shown", "tax", "coupon"))}),
    )

    def has_cancel_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("ordering.cancel_order"))

    @display(description="Status", ordering="status", label=COLOURS)
    def status_shown(self, order: Order) -> str:
        return order.status

    @display(description="Reason", ordering="reason", empty_value="")
    def reason_shown(self, order: Order) -> str:
        return order.reason.replace("_", " ")

    @display(description="Total", ordering="total")
    def total_shown(self, order: Order) -> str:
        return f"{order.total} {order.currency}"

    @display(description="Address")
    def address(self, order: Order) -> str:
        return in_lines(Address(**order.delivery_address))

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """Offer to cancel an order only while it is open; the use case still has the last word."""
        is_open = Order.objects.filter(pk=object_id, status=OrderStatus.PLACED).exists()
        return list(super().get_actions_detail(request, object_id)) if is_open else []

    @admin.action(description="Cancel the orders", permissions=["cancel"])
    def cancel_chosen(self, request: HttpRequest, chosen: QuerySet[Order]) -> None:
        orders = list(chosen)
        cancelled = sum(_cancel(request, order) for order in orders)
        if cancelled:
            self.message_user(request, f"{cancelled} cancelled.", messages.SUCCESS)
        if cancelled < len(orders):
            self.message_user(request, f"{len(orders) - cancelled} not cancelled: {_why_not()}", messages.WARNING)

    @action(description="Cancel the order", permissions=["cancel"], icon="cancel", dialog=DIALOG)
    def cancel_this(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        order = self.get_object(request, object_id)
        if order is not None and _cancel(request, order):
            return back_to(request, DETAIL, object_id, said="The order is cancelled.")
        return back_to(request, DETAIL, object_id, said=f"Not cancelled: {_why_not()}", level=messages.WARNING)


def _cancel(request: HttpRequest, order: Order) -> bool:
    cancelled = cancel_order(order_id=UUID(str(order.pk)), reason=CancelReason.CANCELLED_BY_SHOP, now=timezone.now())
    if cancelled:
        write_down(request, order, "Cancelled by the shop.")
    return cancelled


def _why_not() -> str:
    return "an order can be cancelled while it is placed, and until its money is being taken."


@figure(
    "Orders under way", permission="ordering.view_order", page="ordering_order_changelist", query="status__exact=placed"
)
def under_way() -> int:
    return Order.objects.filter(status=OrderStatus.PLACED).count()
