"""The body of the public endpoint. No error message repeats a value that was sent."""

import re
from datetime import datetime
from typing import Any

from rest_framework import serializers

from demo_payments.cards import TEST_CARDS, Card, is_card_number
from web_api.parsing import Body


class CardSerializer(Body):
    """A card. The validated `number` is a `Card`: the number itself is dropped here. The context must contain `now`."""

    number = serializers.CharField(help_text="One of the demo's test cards; spaces and hyphens are allowed.")
    exp_month = serializers.IntegerField(min_value=1, max_value=12)
    exp_year = serializers.IntegerField(min_value=2000, max_value=2100, help_text="Four digits.")
    cvc = serializers.RegexField(r"\A[0-9]{3,4}\Z", error_messages={"invalid": "This must be 3 or 4 digits."})

    def validate_number(self, number: str) -> Card:
        digits = re.sub("[ -]", "", number)
        if not is_card_number(digits):
            raise serializers.ValidationError("This is not a card number: check its digits.")
        if digits not in TEST_CARDS:
            raise serializers.ValidationError("This is a demo: use one of its test cards, like 4242 4242 4242 4242.")
        return TEST_CARDS[digits]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        now: datetime = self.context["now"]
        if (attrs["exp_year"], attrs["exp_month"]) < (now.year, now.month):
            raise serializers.ValidationError({"exp_year": "This card has expired."})
        return attrs
