"""The HTTP API of basket: each view parses the request, calls one use case, and returns the basket as it is now."""

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

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
from web_api.authentication import customer_id_of
from web_api.basket_token import basket_token_of, basket_token_parameter
from web_api.openapi import document, problems
from web_api.parsing import parsed_body
from web_api.throttling.requests import RETRY_AFTER, throttle

TOKEN = basket_token_parameter("Of an anonymous basket.")
BASKET = {200: document(BasketRepresentation)}


class BasketView(APIView):
    @extend_schema(
        operation_id="show_basket",
        summary="Show the basket",
        parameters=[TOKEN],
        responses=BASKET | problems(401, 404),
    )
    def get(self, request: Request) -> Response:
        return _basket_response(_shopper(request))

    @extend_schema(
        operation_id="empty_basket",
        summary="Empty the basket",
        parameters=[TOKEN],
        responses=BASKET | problems(401, 404),
    )
    def delete(self, request: Request) -> Response:
        shopper = _shopper(request)
        empty_basket(shopper=shopper, now=timezone.now())
        return _basket_response(shopper)


class BasketItemsView(APIView):
    @extend_schema(
        operation_id="add_item",
        summary="Add an item to the basket",
        description="An anonymous request without a token begins a new basket; only this response contains its token.",
        parameters=[TOKEN, RETRY_AFTER],
        request=ItemToAdd,
        responses=BASKET | problems(400, 401, 404, 409, 422, 429, 503),
        examples=[OpenApiExample("Two mugs", value={"sku": "MUG-RED", "quantity": 2}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        body = parsed_body(request, ItemToAdd)
        shopper = _shopper(request)
        if not (shopper.customer_id or shopper.token):
            throttle(request, "basket", settings.BASKET_RATE_LIMIT)
        token = add_item(shopper=shopper, sku=body["sku"], quantity=body["quantity"], now=timezone.now())
        return _basket_response(Shopper(customer_id=None, token=token) if token else shopper, token=token)


class BasketItemView(APIView):
    @extend_schema(
        operation_id="change_quantity",
        summary="Change the quantity of an item",
        parameters=[TOKEN],
        request=NewQuantity,
        responses=BASKET | problems(400, 401, 404, 409, 422, 503),
        examples=[OpenApiExample("Three mugs", value={"quantity": 3}, request_only=True)],
    )
    def patch(self, request: Request, sku: str) -> Response:
        shopper, body = _shopper(request), parsed_body(request, NewQuantity)
        change_quantity(shopper=shopper, sku=sku, quantity=body["quantity"], now=timezone.now())
        return _basket_response(shopper)

    @extend_schema(
        operation_id="remove_item",
        summary="Remove an item",
        parameters=[TOKEN],
        responses=BASKET | problems(401, 404),
    )
    def delete(self, request: Request, sku: str) -> Response:
        shopper = _shopper(request)
        remove_item(shopper=shopper, sku=sku, now=timezone.now())
        return _basket_response(shopper)


class BasketCouponView(APIView):
    @extend_schema(
        operation_id="apply_coupon",
        summary="Apply a coupon",
        description="The discount is a percentage of each line. Only an order uses the coupon up.",
        parameters=[TOKEN, RETRY_AFTER],
        request=CouponCode,
        responses=BASKET | problems(400, 401, 404, 422, 429),
        examples=[OpenApiExample("The demo's coupon", value={"code": "WELCOME10"}, request_only=True)],
    )
    def put(self, request: Request) -> Response:
        throttle(request, "coupon", settings.COUPON_RATE_LIMIT)
        shopper, body = _shopper(request), parsed_body(request, CouponCode)
        apply_coupon(shopper=shopper, code=body["code"], now=timezone.now())
        return _basket_response(shopper)

    @extend_schema(
        operation_id="remove_coupon",
        summary="Remove the coupon",
        parameters=[TOKEN],
        responses=BASKET | problems(401, 404),
    )
    def delete(self, request: Request) -> Response:
        shopper = _shopper(request)
        apply_coupon(shopper=shopper, code=None, now=timezone.now())
        return _basket_response(shopper)


class BasketMergeView(APIView):
    @extend_schema(
        operation_id="merge_basket",
        summary="Merge an anonymous basket into the customer's",
        description="Call this at sign-in. The quantities of both baskets are added up, at most to the stock.",
        request=BasketToken,
        responses=BASKET | problems(400, 401, 404, 503),
        examples=[
            OpenApiExample("A basket filled before signing in", {"token": "from_the_first_answer"}, request_only=True)
        ],
    )
    def post(self, request: Request) -> Response:
        shopper, body = _shopper(request), parsed_body(request, BasketToken)
        if shopper.customer_id is None:
            raise NotAuthenticated
        capped = merge_basket(customer_id=shopper.customer_id, token=body["token"], now=timezone.now())
        return _basket_response(shopper, capped=capped)


def _shopper(request: Request) -> Shopper:
    return Shopper(customer_id=customer_id_of(request), token=basket_token_of(request))


def _basket_response(shopper: Shopper, *, token: str | None = None, capped: list[str] | None = None) -> Response:
    priced_basket = queries.basket_of(shopper, now=timezone.now())
    return Response(basket_representation(priced_basket, token=token, capped=capped))
