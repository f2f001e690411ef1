"""The steps that the order desk takes with orders: offered where they are possible, decided by the use cases."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import action

from backoffice.pages import log_change, redirect_with_message
from building_blocks.refusals import Refusal
from contexts.ordering.admin import dialogs
from contexts.ordering.domain.status import CancelReason, OrderStatus, TransitionRefused
from contexts.ordering.models import Order
from contexts.ordering.use_cases.cancel_order import cancel_order
from contexts.ordering.use_cases.deliver_order import deliver_order
from contexts.ordering.use_cases.refund_order import refund_order
from contexts.ordering.use_cases.ship_order import ship_order

DETAIL = "admin:ordering_order_change"


class OrderActions(ModelAdmin):
    """What is done to an order, each step by whoever has the permission of its name."""

    actions = ("ship_selected", "deliver_selected", "cancel_selected")
    actions_detail: tuple[str, ...] = ("ship_this", "deliver_this", "refund_this", "cancel_this")

    def has_ship_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("ordering.ship_order"))

    def has_deliver_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("ordering.deliver_order"))

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("ordering.refund_order"))

    def has_cancel_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("ordering.cancel_order"))

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """Offer the steps that the order allows now; the use cases still have the last word."""
        order = self.get_object(request, object_id)
        if order is None:
            return []
        possible = {
            "ship_this": order.can_become(OrderStatus.SHIPPED),
            "deliver_this": order.can_become(OrderStatus.DELIVERED),
            "refund_this": order.can_be_refunded,
            "cancel_this": order.is_open,
        }
        return [
            offered for offered in super().get_actions_detail(request, object_id) if possible.get(offered.path, True)
        ]

    @action(description="Ship", permissions=["ship"], icon="local_shipping", dialog=dialogs.SHIP)
    def ship_this(self, request: HttpRequest, form: dialogs.ShipForm, object_id: str) -> HttpResponse:
        tracking = form.cleaned_data["tracking"]
        message = f"Shipped, tracking {tracking}." if tracking else "Shipped."
        return self._run_for_one(request, object_id, partial(ship_order, tracking=tracking), message)

    @action(description="Mark as delivered", permissions=["deliver"], icon="home", dialog=dialogs.DELIVER)
    def deliver_this(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        return self._run_for_one(request, object_id, deliver_order, "Delivered.")

    @action(description="Refund", permissions=["refund"], icon="currency_exchange", dialog=dialogs.REFUND)
    def refund_this(self, request: HttpRequest, form: dialogs.RefundForm, object_id: str) -> HttpResponse:
        restock = form.cleaned_data["restock"]
        message = "Refund asked, and the goods put back on the shelf." if restock else "Refund asked."
        return self._run_for_one(request, object_id, partial(refund_order, restock=restock), message)

    @action(description="Cancel the order", permissions=["cancel"], icon="cancel", dialog=dialogs.CANCEL)
    def cancel_this(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        return self._run_for_one(request, object_id, _cancel, "Cancelled by the shop.")

    @admin.action(description="Ship the orders, without tracking", permissions=["ship"])
    def ship_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._run_for_each(request, queryset, ship_order, "Shipped.")

    @admin.action(description="Mark the orders as delivered", permissions=["deliver"])
    def deliver_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._run_for_each(request, queryset, deliver_order, "Delivered.")

    @admin.action(description="Cancel the orders", permissions=["cancel"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._run_for_each(request, queryset, _cancel, "Cancelled by the shop.")

    def _run_for_one(
        self, request: HttpRequest, object_id: str, use_case: Callable[..., None], message: str
    ) -> HttpResponse:
        order = self.get_object(request, object_id)
        if order is None:
            raise Http404
        if refusal := _run(use_case, request, order, message):
            return redirect_with_message(request, DETAIL, object_id, message=refusal, level=messages.WARNING)
        return redirect_with_message(request, DETAIL, object_id, message=message)

    def _run_for_each(
        self, request: HttpRequest, queryset: QuerySet[Order], use_case: Callable[..., None], message: str
    ) -> None:
        outcomes = [_run(use_case, request, order, message) for order in queryset]
        refused = [refusal for refusal in outcomes if refusal]
        if done := len(outcomes) - len(refused):
            self.message_user(request, f"{done} {message.lower()}", messages.SUCCESS)
        if refused:
            self.message_user(request, f"{len(refused)} refused: {' '.join(refused)}", messages.WARNING)


def _run(use_case: Callable[..., None], request: HttpRequest, order: Order, message: str) -> str:
    """Take the step and write it down, or return why it is refused."""
    try:
        use_case(order_id=UUID(str(order.pk)), now=timezone.now())
    except Refusal as refused:
        return refused.message
    log_change(request, order, message)
    return ""


def _cancel(*, order_id: UUID, now: datetime) -> None:
    if not cancel_order(order_id=order_id, reason=CancelReason.CANCELLED_BY_SHOP, now=now):
        number = Order.objects.get(pk=order_id).number
        raise TransitionRefused(f"{number} can no longer be cancelled: it is settled, or its money is being taken.")
