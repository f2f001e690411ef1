"""The JSON that clients send to ordering."""

import re
from typing import Any

from rest_framework import serializers

from building_blocks.address import Address
from building_blocks.email_addresses import validate_email_address
from contexts.ordering.domain.buyer import Buyer
from contexts.ordering.domain.expectations import Expectations
from contexts.ordering.use_cases.place_order import Checkout
from web_api.addresses import PostalAddress
from web_api.parsing import Body, MultilineField

LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)


class ShippingChoice(Body):
    shipping_method = serializers.CharField(max_length=20, default="standard")


class NewPayment(Body):
    payment_token = serializers.CharField(max_length=100, help_text="From the payment provider; never a card number.")

    def validate_payment_token(self, token: str) -> str:
        if re.fullmatch(r"[\d -]{12,}", token):
            raise serializers.ValidationError("This may be a card number: let the payment provider make a token of it.")
        return token


class NewOrder(ShippingChoice, NewPayment):
    delivery_address = PostalAddress()
    delivery_note = MultilineField(max_length=500, allow_blank=True, default="")
    email = serializers.EmailField(
        max_length=254,
        allow_blank=True,
        default="",
        validators=[validate_email_address],
        help_text="The confirmation's address; required for guests.",
    )
    basket_version = serializers.IntegerField(
        required=False, min_value=0, help_text="The order is refused (409) if the basket has another version."
    )
    expected_total = serializers.DecimalField(
        required=False, max_digits=12, decimal_places=2, help_text="The order is refused (409) if the total differs."
    )

    def validate_delivery_address(self, address: dict[str, str]) -> dict[str, str]:
        """Refuse links: the shop sends the address to any e-mail address that a guest enters."""
        errors = {name: "An address must not contain a link." for name, line in address.items() if LINK.search(line)}
        if errors:
            raise serializers.ValidationError(errors)
        return address


def checkout_of(new_order: dict[str, Any], buyer: Buyer) -> Checkout:
    """
    Return the checkout of a buyer.

    :param new_order: the validated data of `NewOrder`.
    """
    return Checkout(
        buyer=buyer,
        delivery_address=Address(**new_order["delivery_address"]),
        delivery_note=new_order["delivery_note"],
        shipping_method=new_order["shipping_method"],
        payment_token=new_order["payment_token"],
        email=new_order["email"],
        expectations=Expectations(
            basket_version=new_order.get("basket_version"), total=new_order.get("expected_total")
        ),
    )
