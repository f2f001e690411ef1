"""
Query parameters: an operation accepts those that it declares with `query_parameters`, and no others.

A client that misspells a parameter gets an error, and not an unfiltered list that it mistakes for a filtered one.
`gateway.parameters.RejectUnknownParameters` checks each request before its view.
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
    """The parameters of an operation, as fields; a parameter that may be repeated is a ListField."""

    def to_internal_value(self, data: QueryDict) -> Any:
        """
        Return the values of the parameters.

        REST framework reads a query like a form, in which a field may be blank or repeated. Here neither is allowed.

        :raises ValidationError: a parameter is invalid, is blank, or is repeated although it is not a list.
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
    """Declare the query parameters of a view's method, and document them."""

    def mark(method: F) -> F:
        method.query = query  # type: ignore[attr-defined]
        return extend_schema(parameters=[query])(method)

    return mark


def parsed_query(request: Request, query: type[Query]) -> dict[str, Any]:
    """
    Return the values of a request's query parameters, by name.

    :param query: the class that declares them.
    :raises ValidationError: a parameter is invalid.
    """
    serializer = query(data=request.query_params)
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


def unknown_parameters(view: type, request: HttpRequest) -> ValidationError | None:
    """
    Return an error that names the parameters that a view does not accept, or None if it accepts all.

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
    known = f"this operation accepts {', '.join(names) or 'none'}"
    return ErrorDetail(f"There is no such parameter: {known}.", code="unknown_parameter")


def _text_error(values: list[str]) -> str | None:
    errors: Iterator[str | None] = map(text_error, values)
    return next(filter(None, errors), None)
