"""Limits to how often a client may ask for something: 429, and when to try again."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

from web_api.throttling.counting import AttemptCounter, client_address

RETRY_AFTER = OpenApiParameter(
    "Retry-After", int, OpenApiParameter.HEADER, response=[429], description="Seconds until it may be tried again."
)
"""Belongs to the `parameters` of each operation that is limited, with 429 among its problems."""


class TooManyRequests(Throttled):
    default_code = "too_many_requests"
    default_detail = "This was tried too often."
    extra_detail_singular = "Try again in {wait} second."
    extra_detail_plural = "Try again in {wait} seconds."


def throttle(request: Request, scope: str, rate: tuple[int, int] | None, *, ident: str = "") -> None:
    """
    Count one try more of a customer, or of an address where nobody is signed in.

    A basket's token counts for nobody: whoever asks gets as many as they like.

    :param ident: is counted in their place, such as the e-mail address that is written to.
    :param rate: how many tries, within how many seconds; None: any number.
    :raises TooManyRequests: this is one too many.
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
