"""The actions of the order desk: a page offers those that its order allows, and the use cases decide."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import action

from backoffice.actions import Outcome, Run, run_for_each, run_for_one
from backoffice.pages import log_change
from building_blocks.refusals import Refusal
from contexts.ordering.admin import dialogs
from contexts.ordering.domain.status import OrderStatus
from contexts.ordering.models import Order
from contexts.ordering.use_cases.cancel_order import cancel_order
from contexts.ordering.use_cases.deliver_order import deliver_order
from contexts.ordering.use_cases.refund_order import refund_order
from contexts.ordering.use_cases.ship_order import ship_order


class OrderActions(ModelAdmin):
    """Actions on orders; each needs the permission of its name."""

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
        """Return the actions that the order allows now; the use cases check again."""
        order = self.get_object(request, object_id)
        if order is None:
            return []
        possible = {
            "ship_this": order.can_become(OrderStatus.SHIPPED),
            "deliver_this": order.can_become(OrderStatus.DELIVERED),
            "refund_this": order.can_be_refunded,
            "cancel_this": order.can_be_cancelled,
        }
        return [
            offered for offered in super().get_actions_detail(request, object_id) if possible.get(offered.path, True)
        ]

    @action(description="Ship", permissions=["ship"], icon="local_shipping", dialog=dialogs.SHIP)
    def ship_this(self, request: HttpRequest, form: dialogs.ShipForm, object_id: str) -> HttpResponse:
        tracking = form.cleaned_data["tracking"]
        message = f"Shipped, tracking {tracking}." if tracking else "Shipped."
        return run_for_one(self, request, object_id, _run(request, partial(ship_order, tracking=tracking), message))

    @action(description="Mark as delivered", permissions=["deliver"], icon="home", dialog=dialogs.DELIVER)
    def deliver_this(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        return run_for_one(self, request, object_id, _run(request, deliver_order, "Delivered."))

    @action(description="Refund", permissions=["refund"], icon="currency_exchange", dialog=dialogs.REFUND)
    def refund_this(self, request: HttpRequest, form: dialogs.RefundForm, object_id: str) -> HttpResponse:
        restock = form.cleaned_data["restock"]
        message = "Refund requested; the goods are back in stock." if restock else "Refund requested."
        return run_for_one(self, request, object_id, _run(request, partial(refund_order, restock=restock), message))

    @action(description="Cancel the order", permissions=["cancel"], icon="cancel", dialog=dialogs.CANCEL)
    def cancel_this(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        return run_for_one(self, request, object_id, _run(request, cancel_order, "Cancelled by the shop."))

    @admin.action(description="Ship the orders, without tracking", permissions=["ship"])
    def ship_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        run_for_each(self, request, queryset, _run(request, ship_order, "Shipped."))

    @admin.action(description="Mark the orders as delivered", permissions=["deliver"])
    def deliver_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        run_for_each(self, request, queryset, _run(request, deliver_order, "Delivered."))

    @admin.action(description="Cancel the orders", permissions=["cancel"])
    def cancel_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        run_for_each(self, request, queryset, _run(request, cancel_order, "Cancelled by the shop."))


def _run(request: HttpRequest, use_case: Callable[..., None], message: str) -> Run:
    def run(orders: QuerySet[Order]) -> Outcome:
        done, refusals = 0, []
        for order in orders:
            try:
                use_case(order_id=order.pk, now=timezone.now())
            except Refusal as refused:
                refusals.append(refused.message)
            else:
                log_change(request, order, message)
                done += 1
        return Outcome(done=done, message=message, refused=len(refusals), reason=" ".join(refusals))

    return run
