"""Becoming a customer, and the address that an account has, by allauth."""

from allauth.headless.account.views import ManageEmailView
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from building_blocks.api.openapi import document, problems
from contexts.identity.adapters import flows
from contexts.identity.api.accounts import answered_by
from contexts.identity.api.answers import Addresses, Done, NotSignedIn
from contexts.identity.api.documentation import (
    CREDENTIALS,
    EMAILED_CODE,
    INPUT_REFUSED,
    NO_MAIL,
    ONCE_MORE,
    SESSION_TOKEN,
    TOO_OFTEN,
    anybody,
    refused,
    signed_in,
)
from contexts.identity.api.serializers import AnAddress, Credentials, EmailedCode


class SignUp(APIView):
    authentication_classes = ()
    answer = staticmethod(answered_by(flows.SignupView))

    @extend_schema(
        operation_id="sign_up",
        summary="Become a customer",
        description="A code goes to the address. The answer is the same where it has an account already; then, the"
        " e-mail says so.",
        request=Credentials,
        examples=[CREDENTIALS],
        responses=anybody({401: document(NotSignedIn, "Go on with `verify_email`.")})
        | refused(_409="Signed in already.")
        | TOO_OFTEN
        | INPUT_REFUSED
        | NO_MAIL,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class VerifyEmail(APIView):
    answer = staticmethod(answered_by(flows.VerifyEmailView))

    @extend_schema(
        operation_id="verify_email",
        summary="Verify an address with the code that was sent to it",
        description="Ends a sign-up, or the change of an address. Three wrong codes end the flow.",
        parameters=[SESSION_TOKEN],
        request=EmailedCode,
        examples=[EMAILED_CODE],
        responses=signed_in() | refused(_409="No code is waited for, or the address is verified.") | INPUT_REFUSED,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class ResendCode(APIView):
    answer = staticmethod(answered_by(flows.ResendView))

    @extend_schema(
        operation_id="resend_email_code",
        summary="Have another code sent",
        description="Three times at most; the code before is good no more.",
        parameters=[SESSION_TOKEN],
        request=None,
        responses=anybody({200: document(Done, "Sent.")})
        | refused(_409="No code is waited for, or it was sent too often.")
        | TOO_OFTEN
        | problems(400, 401, 415)
        | NO_MAIL,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class Email(APIView):
    answer = staticmethod(answered_by(ManageEmailView))

    @extend_schema(
        operation_id="show_email",
        summary="Show my address, and the one that waits to be verified",
        responses=signed_in(Addresses),
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.answer(request)

    @extend_schema(
        operation_id="change_email",
        summary="Change my address",
        description=f"A code goes to the new one: go on with `verify_email`, until which nothing changes. The old one"
        f" is told. {ONCE_MORE}",
        request=AnAddress,
        examples=[OpenApiExample("A new one", {"email": "robin@example.org"}, request_only=True)],
        responses=signed_in(Addresses) | refused(_409="A sign-up is under way.") | TOO_OFTEN | INPUT_REFUSED | NO_MAIL,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)
