"""The public face of identity: parse, call one use case or query, render. Signing in is left to allauth."""

from allauth.headless.account.views import LoginView, SessionView, SignupView
from allauth.headless.tokens.views import RefreshTokenView
from django.http import HttpResponseBase
from django.utils.cache import patch_cache_control
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from building_blocks.api.authentication import caller_of
from building_blocks.api.openapi import document, problems
from building_blocks.api.signing_keys import public_keys
from contexts.identity import queries
from contexts.identity.api.accounts import answered_by
from contexts.identity.api.representations import (
    Me,
    NotAccepted,
    NotSignedIn,
    PublicKeys,
    Refreshed,
    SignedIn,
    me,
)
from contexts.identity.api.serializers import Credentials, MyChanges, Refreshing
from contexts.identity.use_cases.rename_user import rename_user

KEYS_KEPT = 300  # seconds that others may go on with the keys they have read

CREDENTIALS = OpenApiExample(
    "Somebody", {"email": "robin@example.com", "password": "a-basket-of-apples"}, request_only=True
)
SESSION_TOKEN = OpenApiParameter(
    "X-Session-Token", location=OpenApiParameter.HEADER, description="Stands in for an access token."
)
NOT_ACCEPTED = {(400, "application/json"): document(NotAccepted, "Something about the input is wrong.")}


class SignUp(APIView):
    authentication_classes = ()
    answer = staticmethod(answered_by(SignupView))

    @extend_schema(
        operation_id="sign_up",
        summary="Become a customer, and be signed in",
        request=Credentials,
        examples=[CREDENTIALS],
        responses={200: document(SignedIn), 409: document(NotAccepted, "Signed in already.")}
        | NOT_ACCEPTED
        | problems(400, 415),
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class SignIn(APIView):
    authentication_classes = ()
    answer = staticmethod(answered_by(LoginView))

    @extend_schema(
        operation_id="sign_in",
        summary="Sign in with e-mail and password",
        request=Credentials,
        examples=[CREDENTIALS],
        responses={
            200: document(SignedIn),
            401: document(NotSignedIn, "The account may not sign in."),
            409: document(NotAccepted, "Signed in already."),
            429: document(NotAccepted, "Too many attempts."),
        }
        | NOT_ACCEPTED
        | problems(400, 415),
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class CurrentSession(APIView):
    answer = staticmethod(answered_by(SessionView))

    @extend_schema(
        operation_id="show_session",
        summary="Show who is signed in",
        parameters=[SESSION_TOKEN],
        responses={
            200: document(SignedIn),
            401: document(NotSignedIn, "Nobody is signed in."),
            410: document(NotSignedIn, "The session is over."),
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.answer(request)

    @extend_schema(
        operation_id="sign_out",
        summary="Sign out",
        description="The refresh token is good no more; an access token is until it expires.",
        parameters=[SESSION_TOKEN],
        responses={
            401: document(NotSignedIn, "Done: nobody is signed in."),
            410: document(NotSignedIn, "The session was over before."),
        },
    )
    def delete(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class Refresh(APIView):
    authentication_classes = ()
    answer = staticmethod(answered_by(RefreshTokenView))

    @extend_schema(
        operation_id="refresh_tokens",
        summary="Exchange a refresh token for new tokens",
        description="Each is good once. One that is shown again ends the sign-in that it came of.",
        request=Refreshing,
        examples=[OpenApiExample("From the last answer", {"refresh_token": "from_the_last_answer"}, request_only=True)],
        responses={200: document(Refreshed)} | NOT_ACCEPTED | problems(400, 415),
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class Myself(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="show_me", summary="Show who I am", responses={200: document(Me)} | problems(401, 404))
    def get(self, request: Request) -> Response:
        return Response(me(queries.user(caller_of(request).id)))

    @extend_schema(
        operation_id="change_me",
        summary="Change how I am addressed",
        request=MyChanges,
        examples=[OpenApiExample("A name", {"name": "Robin Example"}, request_only=True)],
        responses={200: document(Me)} | problems(400, 401, 404, 415),
    )
    def patch(self, request: Request) -> Response:
        changes = MyChanges(data=request.data)
        changes.is_valid(raise_exception=True)
        return Response(me(rename_user(user_id=caller_of(request).id, name=changes.validated_data["name"])))


class KeySet(APIView):
    authentication_classes = ()

    @extend_schema(
        operation_id="list_signing_keys",
        summary="List the keys that access tokens are verified with",
        responses={200: document(PublicKeys)},
    )
    def get(self, request: Request) -> Response:
        response = Response(public_keys().as_dict())
        patch_cache_control(response, public=True, max_age=KEYS_KEPT)
        return response
