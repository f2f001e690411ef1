"""The endpoints for the shopper's browser: a token for a card, and the page that approves a charge."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from demo_payments.db import atomic
from demo_payments.models import CardToken, Charge
from demo_payments.serializers import CardSerializer
from demo_payments.states import Operation
from web_api.openapi import document, problems
from web_api.problems import problem_response

CONTENT_SECURITY_POLICY = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
DECISIONS = {"approve": Operation.APPROVE, "refuse": Operation.REFUSE}


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """Valid for one payment, for an hour."""

    token: str


class TokensView(APIView):
    """Exchanges a card for a token. The number and the CVC are dropped here."""

    authentication_classes = ()

    @extend_schema(
        operation_id="issue_card_token",
        summary="Exchange a card for a token of the demo's payment provider",
        request=CardSerializer,
        responses={201: document(IssuedToken), **problems(400)},
        auth=[],
        examples=[
            OpenApiExample(
                "A card that is accepted",
                value={"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        now = timezone.now()
        card = CardSerializer(data=request.data, context={"now": now})
        card.is_valid(raise_exception=True)
        token = CardToken.issue(card.validated_data["number"], now=now)
        return Response(IssuedToken(token=token), status=201)


@never_cache
@csrf_exempt  # the address is the only credential; there is no cookie to abuse
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: HttpRequest, action_id: UUID) -> HttpResponse:
    """Show the charge, and approve or refuse it for the shopper; a second decision changes nothing."""
    operation = DECISIONS.get(request.POST.get("decision", ""))
    if request.method == "POST" and operation is None:
        return problem_response(400, code="invalid", detail="decision: send approve or refuse")
    with atomic():
        charge = get_object_or_404(Charge.objects.select_for_update(), action_id=action_id)
        if operation:
            charge.apply(operation, now=timezone.now())
    page = render(request, "demo_payments/action.html", {"charge": charge})
    page["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return page
