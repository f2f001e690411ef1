"""
`/livez` and `/readyz`, for those who run the shop: asked by address, not by the shop's name, and without a sign-in.

So they are answered before `CommonMiddleware` looks at the host, and settings exempt them from the way to HTTPS.
"""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from building_blocks.api.problems import problem_response
from building_blocks.databases.readiness import silent_databases

logger = logging.getLogger(__name__)


def probes(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer the probes, and let everything else pass."""
    answers = {"/livez": _alive, "/readyz": _ready}

    def handle(request: HttpRequest) -> HttpResponseBase:
        answer = answers.get(request.path) if request.method in ("GET", "HEAD") else None
        return answer() if answer else get_response(request)

    return handle


def _alive() -> HttpResponseBase:
    """Say that the process answers; whether it can work is the other question."""
    return HttpResponse("alive\n", content_type="text/plain")


def _ready() -> HttpResponseBase:
    silent = ", ".join(silent_databases())
    if not silent:
        return HttpResponse("ready\n", content_type="text/plain")
    logger.error("not ready: no answer from the database of %s", silent)
    return problem_response(503, code="not_ready", detail=f"No answer from the database of: {silent}.")
