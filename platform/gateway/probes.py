"""
The probes `/livez`, `/readyz` and `/metrics`.

Monitoring requests them by IP address instead of by host name, and without a token. Therefore they are answered before
`CommonMiddleware` checks the host, and the settings exempt them from the redirect to HTTPS.
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
    """Middleware: answer the probes, and pass on every other request."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path) if request.method in ("GET", "HEAD") else None
        return probe() if probe else get_response(request)

    return handle


def _liveness() -> HttpResponseBase:
    """Answer that the process is alive. `/readyz` answers whether it can work."""
    return HttpResponse("alive\n", content_type="text/plain")


def _readiness() -> HttpResponseBase:
    """Answer 503 if a database is unreachable. The response also names Redis or a broker that does not answer."""
    if unreachable := ", ".join(unreachable_databases()):
        logger.error("not ready: no answer from the database of %s", unreachable)
        return problem_response(503, code="not_ready", detail=f"No answer from the database of: {unreachable}.")
    parts = [
        "ready",
        *(text for service, text in _optional_services() if getattr(service, "is_unavailable", lambda: False)()),
    ]
    return HttpResponse(", but ".join(parts) + "\n", content_type="text/plain")


def _optional_services() -> list[tuple[object, str]]:
    """Services that the shop can do without, each with a text. A service within the process has no `is_unavailable`."""
    return [
        (cache, "Redis does not answer: each process counts for itself"),
        (bus(), "the broker does not answer: messages wait until it does"),
    ]


def _metrics() -> HttpResponseBase:
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


PROBES = {"/livez": _liveness, "/readyz": _readiness, "/metrics": _metrics}
