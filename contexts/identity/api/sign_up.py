"""Signing up, and verifying and changing the e-mail address of an account, by allauth."""

from allauth.headless.account.views import ManageEmailView
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from contexts.identity.adapters import allauth_views
from contexts.identity.api.allauth_responses import (
    AuthenticationRequiredResponse,
    EmailAddressesResponse,
    StatusResponse,
)
from contexts.identity.api.delegation import delegate_to
from contexts.identity.api.documentation import (
    CREDENTIALS,
    EMAIL_CODE,
    INVALID_INPUT,
    MAIL_UNAVAILABLE,
    REAUTHENTICATE_FIRST,
    SESSION_TOKEN,
    TOO_MANY_ATTEMPTS,
    authenticated_responses,
    error_responses,
    public_responses,
)
from contexts.identity.api.serializers import AccountEmail, Credentials, EmailCode
from web_api.openapi import document, problems


class SignUpView(APIView):
    authentication_classes = ()
    delegate = staticmethod(delegate_to(allauth_views.SignupView))

    @extend_schema(
        operation_id="sign_up",
        summary="Become a customer",
        description="A code is sent to the address. The response is the same if it already has an account; the e-mail"
        " then says so.",
        request=Credentials,
        examples=[CREDENTIALS],
        responses=public_responses({401: document(AuthenticationRequiredResponse, "Continue with `verify_email`.")})
        | error_responses(_409="Already signed in.")
        | TOO_MANY_ATTEMPTS
        | INVALID_INPUT
        | MAIL_UNAVAILABLE,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class VerifyEmailView(APIView):
    delegate = staticmethod(delegate_to(allauth_views.VerifyEmailView))

    @extend_schema(
        operation_id="verify_email",
        summary="Verify an address with the code that was sent to it",
        description="Completes a sign-up, or the change of an address. Three wrong codes end the flow.",
        parameters=[SESSION_TOKEN],
        request=EmailCode,
        examples=[EMAIL_CODE],
        responses=authenticated_responses()
        | error_responses(_409="The flow does not wait for a code, or the address is verified.")
        | INVALID_INPUT,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class ResendEmailCodeView(APIView):
    delegate = staticmethod(delegate_to(allauth_views.ResendEmailCodeView))

    @extend_schema(
        operation_id="resend_email_code",
        summary="Send another code",
        description="At most three times; the previous code is no longer valid.",
        parameters=[SESSION_TOKEN],
        request=None,
        responses=public_responses({200: document(StatusResponse, "Sent.")})
        | error_responses(_409="The flow does not wait for a code, or codes were sent too often.")
        | TOO_MANY_ATTEMPTS
        | problems(400, 401, 415)
        | MAIL_UNAVAILABLE,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class EmailView(APIView):
    delegate = staticmethod(delegate_to(ManageEmailView))

    @extend_schema(
        operation_id="show_email",
        summary="Show my e-mail address, and the one that waits to be verified",
        responses=authenticated_responses(EmailAddressesResponse),
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)

    @extend_schema(
        operation_id="change_email",
        summary="Change my e-mail address",
        description=f"A code is sent to the new one: continue with `verify_email`; until then nothing changes. The old"
        f" address gets a notice. {REAUTHENTICATE_FIRST}",
        request=AccountEmail,
        examples=[OpenApiExample("A new one", {"email": "robin@example.org"}, request_only=True)],
        responses=authenticated_responses(EmailAddressesResponse)
        | error_responses(_409="A sign-up has not ended.")
        | TOO_MANY_ATTEMPTS
        | INVALID_INPUT
        | MAIL_UNAVAILABLE,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)
