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

from backoffice.pages import back_to, write_down
from building_blocks.refusals import Refusal
from contexts.ordering.admin import dialogs
from contexts.ordering.domain.status import CancelReason, OrderStatus, StepRefused
from contexts.ordering.models import Order
from contexts.ordering.use_cases.cancel_order import cancel_order
from contexts.ordering.use_cases.deliver_order import deliver_order
from contexts.ordering.use_cases.refund_order import refund_order
from contexts.ordering.use_cases.ship_order import ship_order

DETAIL = "admin:ordering_order_change"


class Steps(ModelAdmin):
    """What is done to an order, each step by whoever has the permission of its name."""

    actions = ("ship_chosen", "deliver_chosen", "cancel_chosen")
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
            "ship_this": order.may_become(OrderStatus.SHIPPED),
            "deliver_this": order.may_become(OrderStatus.DELIVERED),
            "refund_this": order.may_be_refunded,
            "cancel_this": order.is_open,
        }
        return [step for step in super().get_actions_detail(request, object_id) if possible.get(step.path, True)]

    @action(description="Ship", permissions=["ship"], icon="local_shipping", dialog=dialogs.SHIP)
    def ship_this(self, request: HttpRequest, form: dialogs.ShipForm, object_id: str) -> HttpResponse:
        tracking = form.cleaned_data["tracking"]
        said = f"Shipped, tracking {tracking}." if tracking else "Shipped."
        return self._one(request, object_id, partial(ship_order, tracking=tracking), said)

    @action(description="Mark as delivered", permissions=["deliver"], icon="home", dialog=dialogs.DELIVER)
    def deliver_this(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        return self._one(request, object_id, deliver_order, "Delivered.")

    @action(description="Refund", permissions=["refund"], icon="currency_exchange", dialog=dialogs.REFUND)
    def refund_this(self, request: HttpRequest, form: dialogs.RefundForm, object_id: str) -> HttpResponse:
        restock = form.cleaned_data["restock"]
        said = "Refund asked, and the goods put back on the shelf." if restock else "Refund asked."
        return self._one(request, object_id, partial(refund_order, restock=restock), said)

    @action(description="Cancel the order", permissions=["cancel"], icon="cancel", dialog=dialogs.CANCEL)
    def cancel_this(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        return self._one(request, object_id, _cancel, "Cancelled by the shop.")

    @admin.action(description="Ship the orders, without tracking", permissions=["ship"])
    def ship_chosen(self, request: HttpRequest, chosen: QuerySet[Order]) -> None:
        self._each(request, chosen, ship_order, "Shipped.")

    @admin.action(description="Mark the orders as delivered", permissions=["deliver"])
    def deliver_chosen(self, request: HttpRequest, chosen: QuerySet[Order]) -> None:
        self._each(request, chosen, deliver_order, "Delivered.")

    @admin.action(description="Cancel the orders", permissions=["cancel"])
    def cancel_chosen(self, request: HttpRequest, chosen: QuerySet[Order]) -> None:
        self._each(request, chosen, _cancel, "Cancelled by the shop.")

    def _one(self, request: HttpRequest, object_id: str, step: Callable[..., None], said: str) -> HttpResponse:
        order = self.get_object(request, object_id)
        if order is None:
            raise Http404
        if why_not := _take(step, request, order, said):
            return back_to(request, DETAIL, object_id, said=why_not, level=messages.WARNING)
        return back_to(request, DETAIL, object_id, said=said)

    def _each(self, request: HttpRequest, chosen: QuerySet[Order], step: Callable[..., None], said: str) -> None:
        outcomes = [_take(step, request, order, said) for order in chosen]
        refused = [why_not for why_not in outcomes if why_not]
        if done := len(outcomes) - len(refused):
            self.message_user(request, f"{done} {said.lower()}", messages.SUCCESS)
        if refused:
            self.message_user(request, f"{len(refused)} refused: {' '.join(refused)}", messages.WARNING)


def _take(step: Callable[..., None], request: HttpRequest, order: Order, said: str) -> str:
    """Take the step and write it down, or return why it is refused."""
    try:
        step(order_id=UUID(str(order.pk)), now=timezone.now())
    except Refusal as refused:
        return refused.message
    write_down(request, order, said)
    return ""


def _cancel(*, order_id: UUID, now: datetime) -> None:
    if not cancel_order(order_id=order_id, reason=CancelReason.CANCELLED_BY_SHOP, now=now):
        number = Order.objects.get(pk=order_id).number
        raise StepRefused(f"{number} can no longer be cancelled: it is settled, or its money is being taken.")
