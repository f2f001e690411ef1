"""What clients send to basket."""

from rest_framework import serializers

from contexts.basket.domain.stock_check import MOST_OF_ONE


class ItemToAdd(serializers.Serializer[None]):
    sku = serializers.CharField(max_length=40)
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_OF_ONE, default=1)


class NewQuantity(serializers.Serializer[None]):
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_OF_ONE)


class CouponCode(serializers.Serializer[None]):
    code = serializers.CharField(max_length=40)


class BasketToken(serializers.Serializer[None]):
    token = serializers.CharField(max_length=100)
