"""Resetting a forgotten password and changing a known one, by allauth."""

from allauth.headless.account.views import RequestPasswordResetView
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from contexts.identity.adapters import allauth_views
from contexts.identity.api.allauth_responses import AuthenticatedResponse, AuthenticationRequiredResponse
from contexts.identity.api.delegation import delegate_to
from contexts.identity.api.documentation import (
    BUSY,
    INVALID_INPUT,
    MAIL_UNAVAILABLE,
    SESSION_TOKEN,
    TOO_MANY_ATTEMPTS,
    authenticated_responses,
    error_responses,
    public_responses,
)
from contexts.identity.api.serializers import AccountEmail, PasswordChange, PasswordReset
from web_api.openapi import document

REQUESTED_WHILE_SIGNED_IN = document(AuthenticatedResponse, "The same, for a client that is signed in.")


class PasswordResetRequestView(APIView):
    authentication_classes = ()
    delegate = staticmethod(delegate_to(RequestPasswordResetView))

    @extend_schema(
        operation_id="request_password_reset",
        summary="Request a new password",
        description="A code is sent to the address. The response is the same if it has no account; the e-mail then"
        " says so.",
        request=AccountEmail,
        examples=[OpenApiExample("Customer", {"email": "robin@example.com"}, request_only=True)],
        responses=public_responses(
            {
                200: REQUESTED_WHILE_SIGNED_IN,
                401: document(AuthenticationRequiredResponse, "Continue with `password_reset_by_code`."),
            }
        )
        | TOO_MANY_ATTEMPTS
        | INVALID_INPUT
        | MAIL_UNAVAILABLE,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class PasswordResetView(APIView):
    authentication_classes = ()
    delegate = staticmethod(delegate_to(allauth_views.ResetPasswordView))

    @extend_schema(
        operation_id="reset_password",
        summary="Choose a new password with the code that was sent",
        description="Signs out everywhere: sign in with the new password. Three wrong codes end the flow.",
        parameters=[SESSION_TOKEN],
        request=PasswordReset,
        examples=[OpenApiExample("Customer", {"key": "BCDF-GHJK", "password": "a-basket-of-pears"}, request_only=True)],
        responses=public_responses(
            {200: REQUESTED_WHILE_SIGNED_IN, 401: document(AuthenticationRequiredResponse, "Done: sign in.")}
        )
        | error_responses(_409="The flow does not wait for a code.")
        | TOO_MANY_ATTEMPTS
        | INVALID_INPUT
        | BUSY,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class PasswordChangeView(APIView):
    delegate = staticmethod(delegate_to(allauth_views.ChangePasswordView))

    @extend_schema(
        operation_id="change_password",
        summary="Change my password",
        description="Signs out all other devices.",
        request=PasswordChange,
        examples=[
            OpenApiExample(
                "Customer",
                {"current_password": "a-basket-of-apples", "new_password": "a-basket-of-pears"},
                request_only=True,
            )
        ],
        responses=authenticated_responses() | TOO_MANY_ATTEMPTS | INVALID_INPUT | BUSY,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)
