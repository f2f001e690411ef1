"""Query parameters that an operation of the API does not know are refused, of every operation, by default."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from rest_framework.views import APIView

from building_blocks.api.problems import invalid_response
from building_blocks.api.query import unknown_parameters

OF_THE_DOCUMENTATION = "drf_spectacular."
"""The modules of views that read parameters of their own."""


class KnownParameters:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *arguments: Any) -> HttpResponseBase | None:
        """Answer a request that has unknown parameters; Django calls this before each view."""
        class_: type | None = getattr(view, "view_class", None)
        if class_ is None or not issubclass(class_, APIView) or class_.__module__.startswith(OF_THE_DOCUMENTATION):
            return None
        refusal = unknown_parameters(class_, request)
        return invalid_response(refusal) if refusal else None
