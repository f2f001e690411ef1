"""The address book of the signed-in user: parse, call one use case or query, render."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contexts.identity import queries
from contexts.identity.api.representations import SavedAddress, saved_address
from contexts.identity.api.serializers import AddressInput, entry_of
from contexts.identity.domain.address_book import MAX_ADDRESSES
from contexts.identity.use_cases.add_address import add_address
from contexts.identity.use_cases.change_address import change_address
from contexts.identity.use_cases.remove_address import remove_address
from web_api.authentication import caller_of
from web_api.openapi import document, problems
from web_api.parsing import parsed_body

HOME_EXAMPLE = OpenApiExample(
    "Home",
    {
        "label": "Home",
        "name": "Robin Example",
        "line1": "Market Street 1",
        "postal_code": "1011 AB",
        "city": "Amsterdam",
        "country": "NL",
        "delivery_note": "Please leave it with the neighbours.",
        "default": True,
    },
    request_only=True,
)


class AddressesView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="list_addresses",
        summary="List my addresses, the default first",
        responses={200: document(list[SavedAddress])} | problems(401),
    )
    def get(self, request: Request) -> Response:
        return Response([saved_address(row) for row in queries.addresses_of(caller_of(request).id)])

    @extend_schema(
        operation_id="add_address",
        summary="Save an address",
        description=f"The first one always becomes the default. An address book holds at most {MAX_ADDRESSES}.",
        request=AddressInput,
        examples=[HOME_EXAMPLE],
        responses={201: document(SavedAddress)} | problems(400, 401, 404, 409, 415),
    )
    def post(self, request: Request) -> Response:
        address = parsed_body(request, AddressInput)
        row = add_address(
            user_id=caller_of(request).id, entry=entry_of(address), default=address["default"], now=timezone.now()
        )
        return Response(saved_address(row), status=201, headers={"Location": f"/api/v1/identity/addresses/{row.id}"})


class AddressView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="show_address",
        summary="Show one of my addresses",
        responses={200: document(SavedAddress)} | problems(401, 404),
    )
    def get(self, request: Request, address_id: UUID) -> Response:
        return Response(saved_address(queries.address_of(caller_of(request).id, address_id)))

    @extend_schema(
        operation_id="change_address",
        summary="Change one of my addresses, or make it the default",
        description="Orders that were already placed keep the old address.",
        request=AddressInput,
        examples=[HOME_EXAMPLE],
        responses={200: document(SavedAddress)} | problems(400, 401, 404, 415),
    )
    def put(self, request: Request, address_id: UUID) -> Response:
        address = parsed_body(request, AddressInput)
        row = change_address(
            user_id=caller_of(request).id, address_id=address_id, entry=entry_of(address), default=address["default"]
        )
        return Response(saved_address(row))

    @extend_schema(
        operation_id="remove_address",
        summary="Remove one of my addresses",
        description="If it was the default, the oldest remaining address becomes the default.",
        responses={204: None} | problems(401, 404),
    )
    def delete(self, request: Request, address_id: UUID) -> Response:
        remove_address(user_id=caller_of(request).id, address_id=address_id)
        return Response(status=204)
