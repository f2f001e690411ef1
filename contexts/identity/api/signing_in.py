"""Signing in and out, by allauth, and showing once more who one is."""

from allauth.headless.account.views import LoginView, SessionView
from allauth.headless.tokens.views import RefreshTokenView
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from contexts.identity.adapters import allauth_views
from contexts.identity.api.allauth_responses import (
    AuthenticatedResponse,
    AuthenticationRequiredResponse,
    TokenRefreshResponse,
)
from contexts.identity.api.delegation import delegate_to
from contexts.identity.api.documentation import (
    BUSY,
    CREDENTIALS,
    INVALID_INPUT,
    MAIL_UNAVAILABLE,
    SECOND_FACTOR_CODE,
    SESSION_TOKEN,
    TOO_MANY_ATTEMPTS,
    authenticated_responses,
    error_responses,
    public_responses,
)
from contexts.identity.api.serializers import Credentials, CurrentPassword, SecondFactorCode, TokenRefresh
from web_api.openapi import document, problems


class SignInView(APIView):
    authentication_classes = ()
    delegate = staticmethod(delegate_to(LoginView))

    @extend_schema(
        operation_id="sign_in",
        summary="Sign in with e-mail and password",
        request=Credentials,
        examples=[CREDENTIALS],
        responses=public_responses(
            {
                200: document(AuthenticatedResponse),
                401: document(
                    AuthenticationRequiredResponse,
                    "Go on with the pending flow; with none, the account may not sign in.",
                ),
            }
        )
        | error_responses(_409="Signed in already.")
        | TOO_MANY_ATTEMPTS
        | INVALID_INPUT
        | MAIL_UNAVAILABLE,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class SecondFactorView(APIView):
    authentication_classes = ()
    delegate = staticmethod(delegate_to(allauth_views.AuthenticateView))

    @extend_schema(
        operation_id="give_second_factor",
        summary="Go on signing in with the code of an app",
        description="Or with a recovery code. Each is good once.",
        parameters=[SESSION_TOKEN],
        request=SecondFactorCode,
        examples=[SECOND_FACTOR_CODE],
        responses=public_responses(
            {
                200: document(AuthenticatedResponse),
                401: document(AuthenticationRequiredResponse, "No code is waited for."),
            }
        )
        | INVALID_INPUT,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class TokenRefreshView(APIView):
    authentication_classes = ()
    delegate = staticmethod(delegate_to(RefreshTokenView))

    @extend_schema(
        operation_id="refresh_tokens",
        summary="Exchange a refresh token for new tokens",
        description="Each is good once, and for some seconds more, so that two tabs may refresh at once. One that is"
        " shown again later ends the sign-in that it came of.",
        request=TokenRefresh,
        examples=[OpenApiExample("From the last answer", {"refresh_token": "from_the_last_answer"}, request_only=True)],
        responses=public_responses({200: document(TokenRefreshResponse)}) | INVALID_INPUT,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class CurrentSessionView(APIView):
    delegate = staticmethod(delegate_to(SessionView))

    @extend_schema(
        operation_id="show_session",
        summary="Show who is signed in",
        parameters=[SESSION_TOKEN],
        responses=authenticated_responses(),
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)

    @extend_schema(
        operation_id="sign_out",
        summary="Sign out",
        description="The refresh token is good no more; an access token is until it expires.",
        parameters=[SESSION_TOKEN],
        responses={
            (401, "application/json"): document(AuthenticationRequiredResponse, "Done: nobody is signed in."),
            410: document(AuthenticationRequiredResponse, "The session was over before."),
            **problems(401),
        },
    )
    def delete(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class ReauthenticateView(APIView):
    delegate = staticmethod(delegate_to(allauth_views.ReauthenticateByPasswordView))

    @extend_schema(
        operation_id="reauthenticate",
        summary="Show once more who I am, with the password",
        description="For an account without an app for codes; with one, only `reauthenticate_by_second_factor` does.",
        request=CurrentPassword,
        examples=[OpenApiExample("Somebody", {"password": "a-basket-of-apples"}, request_only=True)],
        responses=authenticated_responses() | TOO_MANY_ATTEMPTS | INVALID_INPUT | BUSY,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class ReauthenticateBySecondFactorView(APIView):
    delegate = staticmethod(delegate_to(allauth_views.ReauthenticateView))

    @extend_schema(
        operation_id="reauthenticate_by_second_factor",
        summary="Show once more who I am, with the code of an app",
        request=SecondFactorCode,
        examples=[SECOND_FACTOR_CODE],
        responses=authenticated_responses() | INVALID_INPUT,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)
