"""Signing in, signing out and reauthentication, by allauth."""

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
                    "Continue with the pending flow; if none is pending, the account may not sign in.",
                ),
            }
        )
        | error_responses(_409="Already signed in.")
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
        summary="Continue a sign-in with the code of an app",
        description="Or with a recovery code. Each code is valid once.",
        parameters=[SESSION_TOKEN],
        request=SecondFactorCode,
        examples=[SECOND_FACTOR_CODE],
        responses=public_responses(
            {
                200: document(AuthenticatedResponse),
                401: document(AuthenticationRequiredResponse, "The flow does not wait for a code."),
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
        description="A refresh token is valid once, and for a few more seconds, so that two tabs can refresh at once."
        " If it is used again later, its sign-in ends.",
        request=TokenRefresh,
        examples=[OpenApiExample("From a response", {"refresh_token": "from_the_last_answer"}, request_only=True)],
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
        description="Ends the refresh token; an access token stays valid until it expires.",
        parameters=[SESSION_TOKEN],
        responses={
            (401, "application/json"): document(AuthenticationRequiredResponse, "Done: signed out."),
            410: document(AuthenticationRequiredResponse, "The session had already ended."),
            **problems(401),
        },
    )
    def delete(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class ReauthenticateView(APIView):
    delegate = staticmethod(delegate_to(allauth_views.ReauthenticateByPasswordView))

    @extend_schema(
        operation_id="reauthenticate",
        summary="Reauthenticate with the password",
        description="For an account without an app for codes; with one, use `reauthenticate_by_second_factor`.",
        request=CurrentPassword,
        examples=[OpenApiExample("Customer", {"password": "a-basket-of-apples"}, request_only=True)],
        responses=authenticated_responses() | TOO_MANY_ATTEMPTS | INVALID_INPUT | BUSY,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class ReauthenticateBySecondFactorView(APIView):
    delegate = staticmethod(delegate_to(allauth_views.ReauthenticateView))

    @extend_schema(
        operation_id="reauthenticate_by_second_factor",
        summary="Reauthenticate with the code of an app",
        request=SecondFactorCode,
        examples=[SECOND_FACTOR_CODE],
        responses=authenticated_responses() | INVALID_INPUT,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)
