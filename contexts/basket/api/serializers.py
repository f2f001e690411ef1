"""What clients send to basket."""

from rest_framework import serializers

from building_blocks.api.parsing import Body
from contexts.basket.domain.stock_check import MOST_OF_ONE


class ItemToAdd(Body):
    sku = serializers.CharField(max_length=40)
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_OF_ONE, default=1)


class NewQuantity(Body):
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_OF_ONE)


class CouponCode(Body):
    code = serializers.CharField(max_length=40)


class BasketToken(Body):
    token = serializers.CharField(max_length=100)
