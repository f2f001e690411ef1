"""A customer's app for one-time codes, and the recovery codes for a lost app, by allauth."""

from allauth.headless.mfa.views import AuthenticatorsView, ManageRecoveryCodesView
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from contexts.identity.adapters import allauth_views
from contexts.identity.api.allauth_responses import (
    ErrorResponse,
    SecondFactorResponse,
    SecondFactorsResponse,
    StatusResponse,
    TotpNotFoundResponse,
)
from contexts.identity.api.delegation import delegate_to
from contexts.identity.api.documentation import (
    INVALID_INPUT,
    REAUTHENTICATE_FIRST,
    SECOND_FACTOR_CODE,
    authenticated_responses,
    error_responses,
)
from contexts.identity.api.serializers import SecondFactorCode
from web_api.openapi import document, problems


class SecondFactorsView(APIView):
    delegate = staticmethod(delegate_to(AuthenticatorsView))

    @extend_schema(
        operation_id="list_second_factors",
        summary="List my second factors",
        responses=authenticated_responses(SecondFactorsResponse),
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class TotpView(APIView):
    delegate = staticmethod(delegate_to(allauth_views.ManageTOTPView))

    @extend_schema(
        operation_id="show_app",
        summary="Show my app for codes, or the secret to set one up",
        description="Each request creates another secret; the last one counts.",
        responses=authenticated_responses(SecondFactorResponse)
        | {404: document(TotpNotFoundResponse, "No app is set up: the secret for a new one.")}
        | error_responses(_409="The address is not verified."),
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)

    @extend_schema(
        operation_id="set_up_app",
        summary="Set up my app for codes, with a code that it shows",
        description=f"A sign-in requires a code from then on. {REAUTHENTICATE_FIRST}",
        request=SecondFactorCode,
        examples=[SECOND_FACTOR_CODE],
        responses=authenticated_responses(SecondFactorResponse)
        | error_responses(_409="An app is already set up.")
        | INVALID_INPUT,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)

    @extend_schema(
        operation_id="remove_app",
        summary="Remove my app for codes, and the recovery codes with it",
        description=REAUTHENTICATE_FIRST,
        responses=authenticated_responses(StatusResponse),
    )
    def delete(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)


class RecoveryCodesView(APIView):
    delegate = staticmethod(delegate_to(ManageRecoveryCodesView))

    @extend_schema(
        operation_id="show_recovery_codes",
        summary="Show my unused recovery codes",
        description=REAUTHENTICATE_FIRST,
        responses=authenticated_responses(SecondFactorResponse) | {404: document(StatusResponse, "There are none.")},
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)

    @extend_schema(
        operation_id="renew_recovery_codes",
        summary="Replace my recovery codes by new ones",
        description=REAUTHENTICATE_FIRST,
        request=None,
        responses=authenticated_responses(SecondFactorResponse)
        | {(400, "application/json"): document(ErrorResponse, "There is no app for codes.")}
        | problems(400, 415),
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.delegate(request)
