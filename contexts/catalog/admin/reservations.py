"""The pages of reservations, read-only: orders begin and end them."""

from django.contrib import admin
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from backoffice.pages import BaseAdmin, ReadOnly
from contexts.catalog.models import Reservation, ReservationLine

COLOURS = {
    "reserved": "info",
    "committed": "success",
    "rejected": "danger",
    "released": "warning",
    "returned": "warning",
}


class ReservationLineInline(ReadOnly, TabularInline):
    model = ReservationLine
    fields = ("sku", "quantity")
    verbose_name_plural = "Lines"
    extra = 0
    hide_title = True


@admin.register(Reservation)
class ReservationAdmin(ReadOnly, BaseAdmin):
    list_display = ("order_id", "state_shown", "created_at")
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("=order_id",)
    search_help_text = "The complete id of an order"
    ordering = ("-created_at",)
    fields = ("order_id", "state_shown", "created_at")
    inlines = (ReservationLineInline,)

    @display(description="State", ordering="state", label=COLOURS)
    def state_shown(self, reservation: Reservation) -> str:
        return str(reservation.state)
