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

from building_blocks.api.problems import problem_response
from building_blocks.messaging.relay import bus
from gateway.readiness import silent_databases
from telemetry.metrics import exposition

logger = logging.getLogger(__name__)


def probes(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer the probes, and let everything else pass."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        answer = PROBES.get(request.path) if request.method in ("GET", "HEAD") else None
        return answer() if answer else get_response(request)

    return handle


def _alive() -> HttpResponseBase:
    """Say that the process answers; whether it can work is the other question."""
    return HttpResponse("alive\n", content_type="text/plain")


def _ready() -> HttpResponseBase:
    """Say whether the shop can work: without a database it cannot; without Redis or a broker it can, and says how."""
    if silent := ", ".join(silent_databases()):
        logger.error("not ready: no answer from the database of %s", silent)
        return problem_response(503, code="not_ready", detail=f"No answer from the database of: {silent}.")
    said = ["ready", *(told for helper, told in _helpers() if getattr(helper, "is_away", lambda: False)())]
    return HttpResponse(", but ".join(said) + "\n", content_type="text/plain")


def _helpers() -> list[tuple[object, str]]:
    """What the shop goes on without; what is within this process is never away, and need not say so."""
    return [
        (cache, "Redis does not answer: each process counts for itself"),
        (bus(), "the broker does not answer: messages wait until it does"),
    ]


def _metrics() -> HttpResponseBase:
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


PROBES = {"/livez": _alive, "/readyz": _ready, "/metrics": _metrics}
