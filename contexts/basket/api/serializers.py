"""The request bodies of basket's API."""

from rest_framework import serializers

from contexts.basket.domain.stock_check import MAX_QUANTITY
from web_api.parsing import Body


class ItemToAdd(Body):
    sku = serializers.CharField(max_length=40)
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)


class NewQuantity(Body):
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY)


class CouponCode(Body):
    code = serializers.CharField(max_length=40)


class BasketToken(Body):
    token = serializers.CharField(max_length=100)
