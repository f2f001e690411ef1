"""The public face of basket: parse, call one use case, render the basket as it is then."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from building_blocks.api.openapi import document, problems
from contexts.basket import queries
from contexts.basket.api.representations import BasketRepresentation, basket_representation
from contexts.basket.api.serializers import BasketToken, CouponCode, ItemToAdd, NewQuantity
from contexts.basket.domain.shopper import Shopper
from contexts.basket.use_cases.add_item import add_item
from contexts.basket.use_cases.apply_coupon import apply_coupon
from contexts.basket.use_cases.change_quantity import change_quantity
from contexts.basket.use_cases.empty_basket import empty_basket
from contexts.basket.use_cases.merge_basket import merge_basket
from contexts.basket.use_cases.remove_item import remove_item
from rate_limits.requests import RETRY_AFTER, limit

TOKEN = OpenApiParameter("X-Basket-Token", str, OpenApiParameter.HEADER, description="Of an anonymous basket.")
BASKET = {200: document(BasketRepresentation)}


class TheBasket(APIView):
    @extend_schema(
        operation_id="show_basket",
        summary="Show the basket",
        parameters=[TOKEN],
        responses=BASKET | problems(401, 404),
    )
    def get(self, request: Request) -> Response:
        return _show(_shopper(request))

    @extend_schema(
        operation_id="empty_basket",
        summary="Empty the basket",
        parameters=[TOKEN],
        responses=BASKET | problems(401, 404),
    )
    def delete(self, request: Request) -> Response:
        shopper = _shopper(request)
        empty_basket(shopper=shopper, now=timezone.now())
        return _show(shopper)


class Items(APIView):
    @extend_schema(
        operation_id="add_item",
        summary="Put something into the basket",
        description="Without a token and signed out, this begins a new basket, whose token the answer tells once.",
        parameters=[TOKEN],
        request=ItemToAdd,
        responses=BASKET | problems(400, 401, 404, 409, 422, 503),
        examples=[OpenApiExample("Two mugs", value={"sku": "MUG-RED", "quantity": 2}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        wanted = _parsed(ItemToAdd, request)
        shopper = _shopper(request)
        token = add_item(shopper=shopper, sku=wanted["sku"], quantity=wanted["quantity"], now=timezone.now())
        return _show(Shopper(customer_id=None, token=token) if token else shopper, token=token)


class OneItem(APIView):
    @extend_schema(
        operation_id="change_quantity",
        summary="Change how many of an item are in the basket",
        parameters=[TOKEN],
        request=NewQuantity,
        responses=BASKET | problems(400, 401, 404, 409, 422, 503),
        examples=[OpenApiExample("Three of them", value={"quantity": 3}, request_only=True)],
    )
    def patch(self, request: Request, sku: str) -> Response:
        shopper, wanted = _shopper(request), _parsed(NewQuantity, request)
        change_quantity(shopper=shopper, sku=sku, quantity=wanted["quantity"], now=timezone.now())
        return _show(shopper)

    @extend_schema(
        operation_id="remove_item",
        summary="Take an item out",
        parameters=[TOKEN],
        responses=BASKET | problems(401, 404),
    )
    def delete(self, request: Request, sku: str) -> Response:
        shopper = _shopper(request)
        remove_item(shopper=shopper, sku=sku, now=timezone.now())
        return _show(shopper)


class TheCoupon(APIView):
    @extend_schema(
        operation_id="apply_coupon",
        summary="Apply a coupon",
        description="It takes its percentage off each line; it is used up only by an order.",
        parameters=[TOKEN, RETRY_AFTER],
        request=CouponCode,
        responses=BASKET | problems(400, 401, 404, 422, 429),
        examples=[OpenApiExample("The demo's coupon", value={"code": "WELCOME10"}, request_only=True)],
    )
    def put(self, request: Request) -> Response:
        limit(request, "coupon", settings.COUPON_RATE_LIMIT)
        shopper, wanted = _shopper(request), _parsed(CouponCode, request)
        apply_coupon(shopper=shopper, code=wanted["code"], now=timezone.now())
        return _show(shopper)

    @extend_schema(
        operation_id="remove_coupon",
        summary="Take the coupon off",
        parameters=[TOKEN],
        responses=BASKET | problems(401, 404),
    )
    def delete(self, request: Request) -> Response:
        shopper = _shopper(request)
        apply_coupon(shopper=shopper, code=None, now=timezone.now())
        return _show(shopper)


class Merge(APIView):
    @extend_schema(
        operation_id="merge_basket",
        summary="Let an anonymous basket become the customer's",
        description="Ask for it at sign-in. Both baskets' quantities add up, as far as the stock goes.",
        request=BasketToken,
        responses=BASKET | problems(400, 401, 404, 503),
        examples=[
            OpenApiExample("Put together before signing in", {"token": "from_the_first_answer"}, request_only=True)
        ],
    )
    def post(self, request: Request) -> Response:
        shopper, wanted = _shopper(request), _parsed(BasketToken, request)
        if shopper.customer_id is None:
            raise NotAuthenticated
        capped = merge_basket(customer_id=shopper.customer_id, token=wanted["token"], now=timezone.now())
        return _show(shopper, capped=capped)


def _shopper(request: Request) -> Shopper:
    customer_id: UUID | None = request.user.id if request.user else None
    return Shopper(customer_id=customer_id, token=request.headers.get("X-Basket-Token") or None)


def _parsed(serializer: type[Serializer[None]], request: Request) -> dict[str, Any]:
    parsed = serializer(data=request.data)
    parsed.is_valid(raise_exception=True)
    said: dict[str, Any] = parsed.validated_data
    return said


def _show(shopper: Shopper, *, token: str | None = None, capped: list[str] | None = None) -> Response:
    found = queries.basket_of(shopper, now=timezone.now())
    return Response(basket_representation(found, token=token, capped=capped))
