"""
Query parameters: an operation takes those that it names by `takes`, and no other.

A client that misspells a parameter, or sends one that is not there yet, is told so, and does not take everything for
what it filtered. `gateway.middleware.KnownParameters` asks here before each view of the API.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeVar

from django.http import HttpRequest, QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from building_blocks.text import fault_of, normalised

F = TypeVar("F", bound=Callable[..., Any])


class Query(serializers.Serializer[None]):
    """The parameters that an operation takes, as fields; one that may be there several times is a ListField."""

    def to_internal_value(self, data: QueryDict) -> Any:
        """
        Return what the parameters say.

        :raises ValidationError: one does not fit, is blank, or is there twice and no list; a form's fields may be.
        """
        lists = {name for name, field in self.fields.items() if isinstance(field, serializers.ListField)}
        if wrong := {name: fault for name, values in data.lists() if (fault := _fault(values))}:
            raise ValidationError(wrong)
        said = {name: [normalised(value) for value in values] for name, values in data.lists()}
        return super().to_internal_value(
            {name: all_ if name in lists or len(all_) > 1 else all_[0] for name, all_ in said.items()}
        )


def takes(query: type[Query]) -> Callable[[F], F]:
    """Let a method of a view take these parameters, and document them."""

    def mark(method: F) -> F:
        method.query = query  # type: ignore[attr-defined]
        return extend_schema(parameters=[query])(method)

    return mark


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
    wrong = {name: [_unknown(names)] for name in request.GET if name not in names}
    return ValidationError(wrong) if wrong else None


@cache
def _names(query: type[Query]) -> tuple[str, ...]:
    return tuple(query().fields)


def _unknown(names: tuple[str, ...]) -> ErrorDetail:
    known = f"there are {', '.join(names)}" if names else "there are none here"
    return ErrorDetail(f"There is no such parameter: {known}.", code="unknown_parameter")


def _fault(values: list[str]) -> str | None:
    faults: Iterator[str | None] = map(fault_of, values)
    return next(filter(None, faults), None)
