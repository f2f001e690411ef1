"""The app whose codes a customer signs in with, and the recovery codes for when it is lost, by allauth."""

from allauth.headless.mfa.views import AuthenticatorsView, ManageRecoveryCodesView
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from building_blocks.api.openapi import document, problems
from contexts.identity.adapters import flows
from contexts.identity.api.accounts import answered_by
from contexts.identity.api.answers import Done, FactorShown, FactorsShown, NoApp, NotAccepted
from contexts.identity.api.documentation import APP_CODE, INPUT_REFUSED, ONCE_MORE, refused, signed_in
from contexts.identity.api.serializers import AppCode


class SecondFactors(APIView):
    answer = staticmethod(answered_by(AuthenticatorsView))

    @extend_schema(
        operation_id="list_second_factors", summary="List my second factors", responses=signed_in(FactorsShown)
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class App(APIView):
    answer = staticmethod(answered_by(flows.ManageTOTPView))

    @extend_schema(
        operation_id="show_app",
        summary="Show my app for codes, or the secret to set one up with",
        description="Each request makes another secret; the last one counts.",
        responses=signed_in(FactorShown)
        | {404: document(NoApp, "There is none: this is its secret.")}
        | refused(_409="The address is not verified."),
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.answer(request)

    @extend_schema(
        operation_id="set_up_app",
        summary="Turn my app for codes on, with a code that it shows",
        description=f"Signing in takes a code from then on. {ONCE_MORE}",
        request=AppCode,
        examples=[APP_CODE],
        responses=signed_in(FactorShown) | refused(_409="There is one already.") | INPUT_REFUSED,
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)

    @extend_schema(
        operation_id="remove_app",
        summary="Turn my app for codes off, and the recovery codes with it",
        description=ONCE_MORE,
        responses=signed_in(Done),
    )
    def delete(self, request: Request) -> HttpResponseBase:
        return self.answer(request)


class RecoveryCodes(APIView):
    answer = staticmethod(answered_by(ManageRecoveryCodesView))

    @extend_schema(
        operation_id="show_recovery_codes",
        summary="Show my recovery codes that are not used",
        description=ONCE_MORE,
        responses=signed_in(FactorShown) | {404: document(Done, "There are none.")},
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.answer(request)

    @extend_schema(
        operation_id="renew_recovery_codes",
        summary="Make new recovery codes, in place of the old",
        description=ONCE_MORE,
        request=None,
        responses=signed_in(FactorShown)
        | {(400, "application/json"): document(NotAccepted, "There is no app for codes.")}
        | problems(400, 415),
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self.answer(request)
