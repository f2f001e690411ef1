"""
Query parameters: an operation takes those that it names by `query_parameters`, and no other.

A client that misspells a parameter, or sends one that is not there yet, is told so, and does not take everything for
what it filtered. `gateway.middleware.RejectUnknownParameters` asks here before each view of the API.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeVar

from django.http import HttpRequest, QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from building_blocks.text import normalised, text_error

F = TypeVar("F", bound=Callable[..., Any])


class Query(serializers.Serializer[None]):
    """The parameters that an operation takes, as fields; one that may be there several times is a ListField."""

    def to_internal_value(self, data: QueryDict) -> Any:
        """
        Return what the parameters say.

        :raises ValidationError: one does not fit, is blank, or is there twice and no list; a form's fields may be.
        """
        lists = {name for name, field in self.fields.items() if isinstance(field, serializers.ListField)}
        if errors_by_name := {name: error for name, values in data.lists() if (error := _text_error(values))}:
            raise ValidationError(errors_by_name)
        normalised_values = {name: [normalised(value) for value in values] for name, values in data.lists()}
        return super().to_internal_value(
            {
                name: values if name in lists or len(values) > 1 else values[0]
                for name, values in normalised_values.items()
            }
        )


def query_parameters(query: type[Query]) -> Callable[[F], F]:
    """Let a method of a view take these parameters, and document them."""

    def mark(method: F) -> F:
        method.query = query  # type: ignore[attr-defined]
        return extend_schema(parameters=[query])(method)

    return mark


def parsed_query(request: Request, query: type[Query]) -> dict[str, Any]:
    """
    Return what the fields of `query` make of a request's parameters.

    :raises ValidationError: a parameter does not fit.
    """
    serializer = query(data=request.query_params)
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


def unknown_parameters(view: type, request: HttpRequest) -> ValidationError | None:
    """
    Return the refusal of parameters that a view does not take, or nothing where it takes all.

    :param view: the class of the view.
    """
    if not request.GET:
        return None
    method = "get" if request.method == "HEAD" else (request.method or "").lower()
    query: type[Query] | None = getattr(getattr(view, method, None), "query", None)
    names = _names(query) if query else ()
    errors_by_name = {name: [_unknown_parameter(names)] for name in request.GET if name not in names}
    return ValidationError(errors_by_name) if errors_by_name else None


@cache
def _names(query: type[Query]) -> tuple[str, ...]:
    return tuple(query().fields)


def _unknown_parameter(names: tuple[str, ...]) -> ErrorDetail:
    known = f"there are {', '.join(names)}" if names else "there are none here"
    return ErrorDetail(f"There is no such parameter: {known}.", code="unknown_parameter")


def _text_error(values: list[str]) -> str | None:
    errors: Iterator[str | None] = map(text_error, values)
    return next(filter(None, errors), None)
