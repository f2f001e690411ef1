"""The endpoints of identity that allauth does not implement: parse, call use cases and queries, render."""

from django.utils import timezone
from django.utils.cache import patch_cache_control
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contexts.identity import queries
from contexts.identity.adapters.signing_keys import public_keys
from contexts.identity.api.representations import Me, PublicKeys, me
from contexts.identity.api.serializers import ProfileChange
from contexts.identity.models import User
from contexts.identity.use_cases.rename_user import rename_user
from contexts.identity.use_cases.sign_out_everywhere import sign_out_everywhere
from web_api.authentication import caller_of
from web_api.openapi import document, problems
from web_api.parsing import parsed_body

KEYS_MAX_AGE = 300  # seconds that clients may cache the keys


class MeView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="show_me", summary="Show who I am", responses={200: document(Me)} | problems(401, 404))
    def get(self, request: Request) -> Response:
        return _me(queries.user(caller_of(request).id))

    @extend_schema(
        operation_id="change_me",
        summary="Change my name",
        request=ProfileChange,
        examples=[OpenApiExample("A name", {"name": "Robin Example"}, request_only=True)],
        responses={200: document(Me)} | problems(400, 401, 404, 415),
    )
    def patch(self, request: Request) -> Response:
        change = parsed_body(request, ProfileChange)
        return _me(rename_user(user_id=caller_of(request).id, name=change["name"]))


class SessionsView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="sign_out_everywhere",
        summary="Sign out on all devices",
        description="Ends all refresh tokens, and an operator's sessions at the operators' pages. Access tokens stay"
        " valid until they expire.",
        responses={204: OpenApiResponse(description="Done.")} | problems(401, 404),
    )
    def delete(self, request: Request) -> Response:
        sign_out_everywhere(user_id=caller_of(request).id, now=timezone.now())
        return Response(status=204)


class SigningKeysView(APIView):
    authentication_classes = ()

    @extend_schema(
        operation_id="list_signing_keys",
        summary="List the keys that verify access tokens",
        responses={200: document(PublicKeys)},
    )
    def get(self, request: Request) -> Response:
        response = Response(public_keys().as_dict())
        patch_cache_control(response, public=True, max_age=KEYS_MAX_AGE)
        return response


def _me(user: User) -> Response:
    return Response(me(user, email_verified=queries.has_verified_email(user), second_factor=user.has_second_factor))
