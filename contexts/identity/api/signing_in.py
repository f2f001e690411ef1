"""Signing in and out, by allauth, and showing once more who one is."""

from allauth.headless.account.views import LoginView, SessionView
from allauth.headless.tokens.views import RefreshTokenView
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from building_blocks.api.openapi import document, problems
from contexts.identity.adapters import flows
from contexts.identity.api.accounts import answered_by
from contexts.identity.api.answers import NotSignedIn, Refreshed, SignedIn
from contexts.identity.api.documentation import (
    APP_CODE,
    BUSY,
    CREDENTIALS,
    INPUT_REFUSED,
    NO_MAIL,
    SESSION_TOKEN,
    TOO_OFTEN,
    anybody,
    refused,
    signed_in,
)
from contexts.identity.api.serializers import APassword, AppCode, Credentials, Refreshing


class SignIn(APIView):
    authentication_classes = ()
    answer = staticmethod(answered_by(LoginView))

    @extend_schema(
        operation_id="sign_in",
        summary="Sign in with e-mail and password",
        request=Credentials,
        examples=[CREDENTIALS],
        responses=anybody(
            {
                200: document(SignedIn),
                401: document(NotSignedIn, "Go on with the pending flow; with none, the account may not sign in."),
            }
        )
        | refused(_409="Signed in already.")
        | TOO_OFTEN
        | INPUT_REFUSED
        | NO_MAIL,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class SecondStep(APIView):
    authentication_classes = ()
    answer = staticmethod(answered_by(flows.AuthenticateView))

    @extend_schema(
        operation_id="give_second_factor",
        summary="Go on signing in with the code of an app",
        description="Or with a recovery code. Each is good once.",
        parameters=[SESSION_TOKEN],
        request=AppCode,
        examples=[APP_CODE],
        responses=anybody({200: document(SignedIn), 401: document(NotSignedIn, "No code is waited for.")})
        | INPUT_REFUSED,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class Refresh(APIView):
    authentication_classes = ()
    answer = staticmethod(answered_by(RefreshTokenView))

    @extend_schema(
        operation_id="refresh_tokens",
        summary="Exchange a refresh token for new tokens",
        description="Each is good once, and for some seconds more, so that two tabs may refresh at once. One that is"
        " shown again later ends the sign-in that it came of.",
        request=Refreshing,
        examples=[OpenApiExample("From the last answer", {"refresh_token": "from_the_last_answer"}, request_only=True)],
        responses=anybody({200: document(Refreshed)}) | INPUT_REFUSED,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class CurrentSession(APIView):
    answer = staticmethod(answered_by(SessionView))

    @extend_schema(
        operation_id="show_session",
        summary="Show who is signed in",
        parameters=[SESSION_TOKEN],
        responses=signed_in(),
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.answer(request)

    @extend_schema(
        operation_id="sign_out",
        summary="Sign out",
        description="The refresh token is good no more; an access token is until it expires.",
        parameters=[SESSION_TOKEN],
        responses={
            (401, "application/json"): document(NotSignedIn, "Done: nobody is signed in."),
            410: document(NotSignedIn, "The session was over before."),
            **problems(401),
        },
    )
    def delete(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class Reauthenticate(APIView):
    answer = staticmethod(answered_by(flows.ReauthenticateByPasswordView))

    @extend_schema(
        operation_id="reauthenticate",
        summary="Show once more who I am, with the password",
        description="For an account without an app for codes; with one, only `reauthenticate_by_second_factor` does.",
        request=APassword,
        examples=[OpenApiExample("Somebody", {"password": "a-basket-of-apples"}, request_only=True)],
        responses=signed_in() | TOO_OFTEN | INPUT_REFUSED | BUSY,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class ReauthenticateBySecondFactor(APIView):
    answer = staticmethod(answered_by(flows.ReauthenticateView))

    @extend_schema(
        operation_id="reauthenticate_by_second_factor",
        summary="Show once more who I am, with the code of an app",
        request=AppCode,
        examples=[APP_CODE],
        responses=signed_in() | INPUT_REFUSED,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)
