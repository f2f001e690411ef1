"""
`/livez`, `/readyz` and `/metrics`, for those who run the shop: asked by address, not by the shop's name, and without a
sign-in.

So they are answered before `CommonMiddleware` looks at the host, and settings exempt them from the way to HTTPS.
"""

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.readiness import unreachable_databases
from messaging.relay import bus
from observability.metrics import exposition
from web_api.problems import problem_response

logger = logging.getLogger(__name__)


def probes(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer the probes, and let everything else pass."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path) if request.method in ("GET", "HEAD") else None
        return probe() if probe else get_response(request)

    return handle


def _liveness() -> HttpResponseBase:
    """Say that the process answers; whether it can work is the other question."""
    return HttpResponse("alive\n", content_type="text/plain")


def _readiness() -> HttpResponseBase:
    """Say whether the shop can work: without a database it cannot; without Redis or a broker it can, and says how."""
    if unreachable := ", ".join(unreachable_databases()):
        logger.error("not ready: no answer from the database of %s", unreachable)
        return problem_response(503, code="not_ready", detail=f"No answer from the database of: {unreachable}.")
    parts = [
        "ready",
        *(text for service, text in _optional_services() if getattr(service, "is_unavailable", lambda: False)()),
    ]
    return HttpResponse(", but ".join(parts) + "\n", content_type="text/plain")


def _optional_services() -> list[tuple[object, str]]:
    """What the shop goes on without; what is within this process is never away, and need not say so."""
    return [
        (cache, "Redis does not answer: each process counts for itself"),
        (bus(), "the broker does not answer: messages wait until it does"),
    ]


def _metrics() -> HttpResponseBase:
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


PROBES = {"/livez": _liveness, "/readyz": _readiness, "/metrics": _metrics}
