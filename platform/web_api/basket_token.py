"""The header by which a guest is known: the token of an anonymous basket. Basket issues it, ordering accepts it."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

HEADER = "X-Basket-Token"


def basket_token_parameter(description: str) -> OpenApiParameter:
    """Return how an operation documents the header."""
    return OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, description=description)


def basket_token_of(request: Request) -> str | None:
    """Return the token that a request came with, which may be anybody's or no basket's; None if there is none."""
    return request.headers.get(HEADER) or None
