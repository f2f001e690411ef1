"""Middleware that refuses query parameters which an operation of the API does not declare."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from rest_framework.views import APIView

from web_api.problems import invalid_response
from web_api.query import unknown_parameters

DOCUMENTATION_VIEWS = "drf_spectacular."
"""The modules of views that read parameters without declaring them."""


class RejectUnknownParameters:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *arguments: Any) -> HttpResponseBase | None:
        """Refuse a request that has unknown parameters; Django calls this before each view."""
        view_class: type | None = getattr(view, "view_class", None)
        if (
            view_class is None
            or not issubclass(view_class, APIView)
            or view_class.__module__.startswith(DOCUMENTATION_VIEWS)
        ):
            return None
        refusal = unknown_parameters(view_class, request)
        return invalid_response(refusal) if refusal else None
