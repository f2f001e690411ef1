"""The dialogs of the actions on orders."""

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from backoffice.actions import dialog
from backoffice.texts import DialogForm
from contexts.ordering.models import Order


class ShipForm(DialogForm):
    tracking = forms.CharField(
        max_length=Order._meta.get_field("tracking").max_length,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="The parcel's tracking number, if it has one. The buyer gets it by e-mail.",
    )


class RefundForm(DialogForm):
    restock = forms.BooleanField(
        label="The goods are back on the shelf",
        required=False,
        widget=UnfoldBooleanWidget(),
        help_text="They were never sent, or they have come back, and can be sold again.",
    )


CANCEL = dialog(
    "Cancel this order?",
    "Its stock and coupon become free again, and its payment is voided.",
    "Yes, cancel the order",
)
SHIP = dialog("Ship this order?", "The buyer gets an e-mail that it is on the way.", "Yes, it is on the way", ShipForm)
DELIVER = dialog("Is this order delivered?", "It has arrived at its delivery address.", "Yes, it has arrived")
REFUND = dialog(
    "Refund this order?",
    "The buyer gets all of the money back; this cannot be undone. The order becomes cancelled if it has not been"
    " shipped, and returned if it has. Its coupon stays used.",
    "Yes, refund the order",
    RefundForm,
)
