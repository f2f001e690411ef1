"""A new password, by allauth: for who has forgotten it, and for who knows it."""

from allauth.headless.account.views import RequestPasswordResetView
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from building_blocks.api.openapi import document
from contexts.identity.adapters import flows
from contexts.identity.api.accounts import answered_by
from contexts.identity.api.answers import NotSignedIn, SignedIn
from contexts.identity.api.documentation import (
    BUSY,
    INPUT_REFUSED,
    NO_MAIL,
    SESSION_TOKEN,
    TOO_OFTEN,
    anybody,
    refused,
    signed_in,
)
from contexts.identity.api.serializers import AnAddress, NewPassword, PasswordChange

ASKED_SIGNED_IN = document(SignedIn, "The same, asked by somebody who is signed in.")


class RequestPasswordReset(APIView):
    authentication_classes = ()
    answer = staticmethod(answered_by(RequestPasswordResetView))

    @extend_schema(
        operation_id="request_password_reset",
        summary="Ask for a new password",
        description="A code goes to the address. The answer is the same where it has no account; then, the e-mail"
        " says so.",
        request=AnAddress,
        examples=[OpenApiExample("Somebody", {"email": "robin@example.com"}, request_only=True)],
        responses=anybody({200: ASKED_SIGNED_IN, 401: document(NotSignedIn, "Go on with `password_reset_by_code`.")})
        | TOO_OFTEN
        | INPUT_REFUSED
        | NO_MAIL,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class ResetPassword(APIView):
    authentication_classes = ()
    answer = staticmethod(answered_by(flows.ResetPasswordView))

    @extend_schema(
        operation_id="reset_password",
        summary="Choose a new password with the code that was sent",
        description="Signs out everywhere: sign in with the new password. Three wrong codes end the flow.",
        parameters=[SESSION_TOKEN],
        request=NewPassword,
        examples=[OpenApiExample("Somebody", {"key": "BCDF-GHJK", "password": "a-basket-of-pears"}, request_only=True)],
        responses=anybody({200: ASKED_SIGNED_IN, 401: document(NotSignedIn, "Done: sign in.")})
        | refused(_409="No code is waited for.")
        | TOO_OFTEN
        | INPUT_REFUSED
        | BUSY,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class Password(APIView):
    answer = staticmethod(answered_by(flows.ChangePasswordView))

    @extend_schema(
        operation_id="change_password",
        summary="Change my password",
        description="Signs out all other devices.",
        request=PasswordChange,
        examples=[
            OpenApiExample(
                "Somebody",
                {"current_password": "a-basket-of-apples", "new_password": "a-basket-of-pears"},
                request_only=True,
            )
        ],
        responses=signed_in() | TOO_OFTEN | INPUT_REFUSED | BUSY,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)
