"""The header that identifies a guest: the token of an anonymous basket. Basket issues it; ordering also accepts it."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

HEADER = "X-Basket-Token"


def basket_token_parameter(description: str) -> OpenApiParameter:
    """Return the documentation of the header for an operation that accepts it."""
    return OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, description=description)


def basket_token_of(request: Request) -> str | None:
    """Return the token of a request, not checked against any basket, or None if there is none."""
    return request.headers.get(HEADER) or None
