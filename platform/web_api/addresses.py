"""The postal address as a part of a request's body."""

from typing import Any

from rest_framework import serializers

from building_blocks.address import COUNTRIES, NEED_POSTAL_CODE
from web_api.parsing import Body


class PostalAddress(Body):
    """A postal address; its fields are those of `building_blocks.address.Address`."""

    name = serializers.CharField(max_length=100)
    line1 = serializers.CharField(max_length=100)
    line2 = serializers.CharField(max_length=100, allow_blank=True, default="")
    postal_code = serializers.CharField(
        max_length=20, allow_blank=True, default="", help_text="Required in countries where post needs one."
    )
    city = serializers.CharField(max_length=100)
    region = serializers.CharField(max_length=100, allow_blank=True, default="")
    country = serializers.ChoiceField(
        COUNTRIES, error_messages={"invalid_choice": "Send the two capital letters of ISO 3166-1, such as NL."}
    )
    phone = serializers.CharField(max_length=30, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        country = attrs["country"]
        if country in NEED_POSTAL_CODE and not attrs["postal_code"]:
            message = f"Send the postal_code: an address in {country} has one."
            raise serializers.ValidationError({"postal_code": message}, code="required")
        return attrs
