"""What an operator is asked before a step with an order."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from backoffice.texts import DialogForm
from contexts.ordering.models import Order


class ShipForm(DialogForm):
    tracking = forms.CharField(
        max_length=Order._meta.get_field("tracking").max_length,
        required=False,
        widget=UnfoldAdminTextInputWidget(),
        help_text="The carrier's number of the parcel, where there is one. The buyer reads it in the e-mail.",
    )


class RefundForm(DialogForm):
    restock = forms.BooleanField(
        label="The goods are back on the shelf",
        required=False,
        widget=UnfoldBooleanWidget(),
        help_text="They have never left it, or have come back, and can be sold to somebody else.",
    )


def _dialog(title: str, description: str, submit: str, form: type[DialogForm] | None = None) -> dict[str, Any]:
    return {"title": title, "description": description, "form_class": form, "form_submit_text": submit}


CANCEL = _dialog(
    "Cancel this order?",
    "Its stock and coupon are given back, and the money that is set aside is let go of.",
    "Yes, cancel the order",
)
SHIP = _dialog("Ship this order?", "The buyer gets an e-mail that it is on its way.", "Yes, it is on its way", ShipForm)
DELIVER = _dialog("Is this order delivered?", "It has arrived where it was sent.", "Yes, it has arrived")
REFUND = _dialog(
    "Refund this order?",
    "All of its money goes back to the buyer, for good. The order is cancelled if it has not been shipped, and returned"
    " if it has. Its coupon stays used.",
    "Yes, give the money back",
    RefundForm,
)
