"""Limiting how often a client may call an operation: status 429, and the time of the next attempt."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

from web_api.throttling.counting import AttemptCounter, client_address

RETRY_AFTER = OpenApiParameter(
    "Retry-After",
    int,
    OpenApiParameter.HEADER,
    response=[429],
    description="Seconds until the request may be sent again.",
)
"""For the `parameters` of each limited operation, which also lists 429 among its problems."""


class TooManyRequests(Throttled):
    default_code = "too_many_requests"
    default_detail = "There were too many attempts."
    extra_detail_singular = "Try again in {wait} second."
    extra_detail_plural = "Try again in {wait} seconds."


def throttle(request: Request, scope: str, rate: tuple[int, int] | None, *, ident: str = "") -> None:
    """
    Count one more attempt of a customer, or of the client's address if they are not signed in.

    A basket's token does not identify a client here, because anyone gets as many tokens as they like.

    :param scope: what is attempted; each scope has counts of its own.
    :param rate: the permitted attempts, and the seconds of the window; None for no limit.
    :param ident: what is counted instead of the caller, such as the e-mail address to which the shop will write.
    :raises TooManyRequests: the limit is exceeded.
    """
    if rate is None:
        return
    limit, window = rate
    ident = ident or _caller(request)
    counter = AttemptCounter(scope=scope, ident=ident, window=window, now=timezone.now())
    if counter.increment() > limit:
        raise TooManyRequests(wait=counter.seconds_left)


def _caller(request: Request) -> str:
    return f"customer {request.user.id}" if request.user else f"address {client_address(request._request)}"
