"""The endpoints of `/api/v1/orders`."""

import re

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from building_blocks.money import Money
from contexts.ordering import queries
from contexts.ordering.api.representations import (
    OrderRepresentation,
    Quote,
    ShippingMethod,
    order_representation,
    quote_representation,
)
from contexts.ordering.api.serializers import NewOrder, NewPayment, ShippingChoice, checkout_of
from contexts.ordering.domain.buyer import Buyer
from contexts.ordering.domain.totals import SHIPPING
from contexts.ordering.models import Order
from contexts.ordering.use_cases.cancel_order_for_buyer import cancel_order_for_buyer
from contexts.ordering.use_cases.pay_order_again import pay_order_again
from contexts.ordering.use_cases.place_order import place_order
from contexts.ordering.waiting import wait_until_settled
from web_api.authentication import customer_id_of
from web_api.basket_token import basket_token_of, basket_token_parameter
from web_api.idempotency.header import idempotency_key
from web_api.openapi import document, problems
from web_api.paging import Page, PageQuery, page_of, slice_of
from web_api.parsing import parsed_body
from web_api.query import parsed_query, query_parameters
from web_api.throttling.requests import RETRY_AFTER, throttle

MAX_WAIT = 10  # seconds

TOKEN = basket_token_parameter("Of a guest's basket.")
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="New for each request, the same for each retry: a repeated request returns the order as it is then.",
)
PREFER = OpenApiParameter(
    "Prefer",
    str,
    OpenApiParameter.HEADER,
    description=f"`wait=N`: wait up to N seconds, {MAX_WAIT} at most, until the order is settled.",
)
EXAMPLE = {
    "delivery_address": {
        "name": "Ada Example",
        "line1": "Market Street 1",
        "postal_code": "1011 AB",
        "city": "Amsterdam",
        "country": "NL",
    },
    "delivery_note": "Please leave it with the neighbours.",
    "shipping_method": "standard",
    "payment_token": "tok_from_the_provider",
    "email": "ada@example.com",
}


class OrdersView(APIView):
    @query_parameters(PageQuery)
    @extend_schema(
        operation_id="list_orders",
        summary="List the customer's orders, the newest first",
        responses={200: document(Page[OrderRepresentation])} | problems(400, 401),
    )
    def get(self, request: Request) -> Response:
        query = parsed_query(request, PageQuery)
        customer_id = _buyer(request).customer_id
        if customer_id is None:
            raise NotAuthenticated
        orders = queries.orders_of(customer_id)
        page, page_size = query["page"], query["page_size"]
        shown = [order_representation(order) for order in orders[slice_of(page, page_size)]]
        return Response(page_of(shown, count=orders.count(), page=page, page_size=page_size, request=request))

    @extend_schema(
        operation_id="place_order",
        summary="Place an order of the basket",
        parameters=[KEY, PREFER, TOKEN, RETRY_AFTER],
        request=NewOrder,
        responses={
            201: document(OrderRepresentation, "The order is settled: confirmed, or cancelled with a reason."),
            202: document(OrderRepresentation, "The order is placed; poll its Location until it is settled."),
        }
        | problems(400, 401, 404, 409, 422, 429, 503),
        examples=[OpenApiExample("A guest buys", value=EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        throttle(request, "order", settings.ORDER_RATE_LIMIT)
        checkout = checkout_of(parsed_body(request, NewOrder), _buyer(request))
        if checkout.email:
            throttle(request, "order-email", settings.ORDER_EMAIL_RATE_LIMIT, ident=f"e-mail {checkout.email.lower()}")
        order = place_order(
            checkout=checkout,
            key=idempotency_key(request, scope=f"{checkout.buyer.scope} places", body=request.data),
            now=timezone.now(),
        )
        return _order_response(order, request)


class OrderView(APIView):
    @extend_schema(
        operation_id="show_order",
        summary="Show an order",
        description="For the customer who placed it, or a guest with the token of the basket that was ordered.",
        parameters=[TOKEN],
        responses={200: document(OrderRepresentation)} | problems(401, 404),
    )
    def get(self, request: Request, number: str) -> Response:
        return Response(order_representation(_order(request, number)))


class OrderCancellationView(APIView):
    @extend_schema(
        operation_id="cancel_order",
        summary="Cancel an unpaid order",
        description="Refused (409) once the order is settled, or its money may be taken already.",
        parameters=[KEY, TOKEN, RETRY_AFTER],
        request=None,
        responses={200: document(OrderRepresentation)} | problems(400, 401, 404, 409, 422, 429),
    )
    def post(self, request: Request, number: str) -> Response:
        throttle(request, "order", settings.ORDER_RATE_LIMIT)
        order = _order(request, number)
        cancel_order_for_buyer(
            order_id=order.pk,
            key=idempotency_key(request, scope=f"{_buyer(request).scope} cancels {order.number}", body=None),
            now=timezone.now(),
        )
        return Response(order_representation(queries.order(order.pk)))


class OrderPaymentsView(APIView):
    @extend_schema(
        operation_id="pay_order_again",
        summary="Pay an unpaid order by another card",
        description=(
            "The present payment is abandoned; the order keeps its stock and coupon. Refused (409) once the"
            " order is settled, or its money may be taken already."
        ),
        parameters=[KEY, PREFER, TOKEN, RETRY_AFTER],
        request=NewPayment,
        responses={
            201: document(OrderRepresentation, "The order is settled: confirmed, or cancelled with a reason."),
            202: document(OrderRepresentation, "The payment has begun; poll the order until it is settled."),
        }
        | problems(400, 401, 404, 409, 422, 429),
        examples=[OpenApiExample("Another card", value={"payment_token": "tok_of_another_card"}, request_only=True)],
    )
    def post(self, request: Request, number: str) -> Response:
        throttle(request, "order", settings.ORDER_RATE_LIMIT)
        order = _order(request, number)
        new_payment = parsed_body(request, NewPayment)
        pay_order_again(
            order_id=order.pk,
            payment_token=new_payment["payment_token"],
            key=idempotency_key(request, scope=f"{_buyer(request).scope} pays {order.number}", body=request.data),
            now=timezone.now(),
        )
        return _order_response(queries.order(order.pk), request)


class OrderQuoteView(APIView):
    @extend_schema(
        operation_id="quote_order",
        summary="Calculate what the basket would cost as an order",
        parameters=[TOKEN],
        request=ShippingChoice,
        responses={200: document(Quote)} | problems(400, 401, 404, 409, 422, 503),
        examples=[OpenApiExample("Standard shipping", value={"shipping_method": "standard"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        method = parsed_body(request, ShippingChoice)["shipping_method"]
        return Response(quote_representation(queries.quote(_buyer(request), shipping_method=method)))


class ShippingMethodsView(APIView):
    @extend_schema(
        operation_id="list_shipping_methods",
        summary="List the shipping methods",
        responses={200: document(list[ShippingMethod])},
    )
    def get(self, request: Request) -> Response:
        return Response(
            [ShippingMethod(code=code, price=Money(price, settings.CURRENCY)) for code, price in SHIPPING.items()]
        )


def _buyer(request: Request) -> Buyer:
    return Buyer(customer_id=customer_id_of(request), token=basket_token_of(request))


def _order(request: Request, number: str) -> Order:
    order = queries.order_of(_buyer(request), number)
    if order is None:
        raise Http404
    return order


def _order_response(order: Order, request: Request) -> Response:
    """Return the order; if the client prefers to wait, once it is settled or the time is over."""
    if order.is_open and (seconds := _preferred_wait(request)):
        wait_until_settled(order.pk, lambda: queries.is_settled(order.pk), seconds=seconds)
        order = queries.order(order.pk)
    return Response(
        order_representation(order),
        status=202 if order.is_open else 201,
        headers={"Location": f"/api/v1/orders/{order.number}"},
    )


def _preferred_wait(request: Request) -> int:
    match = re.search(r"\bwait=(\d{1,4})\b", request.headers.get("Prefer", ""))
    return min(int(match[1]), MAX_WAIT) if match else 0
