"""Paging by number: `page` and `page_size`, and links to the neighbouring pages."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from rest_framework import serializers
from rest_framework.request import Request

from web_api.query import Query

T = TypeVar("T")


class PageQuery(Query):
    """The parameters of every paged list; a subclass adds filters."""

    page = serializers.IntegerField(min_value=1, max_value=100_000, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=100, default=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list, with the URLs of the next and the previous one."""

    count: int
    next: str | None
    previous: str | None
    results: list[T]


def slice_of(page: int, page_size: int) -> slice:
    """Return the part of the whole list that a page shows; pages count from 1."""
    return slice((page - 1) * page_size, page * page_size)


def page_of(results: list[T], *, count: int, page: int, page_size: int, request: Request) -> Page[T]:
    """
    Return a page with links, which keep every other parameter of the request.

    :param count: the length of the whole list.
    """
    return Page(
        count=count,
        next=_link(request, page + 1) if page * page_size < count else None,
        previous=_link(request, page - 1) if page > 1 else None,
        results=results,
    )


def _link(request: Request, page: int) -> str:
    parameters = request.query_params.copy()
    parameters["page"] = str(page)
    return f"{request.build_absolute_uri(request.path)}?{parameters.urlencode()}"
