"""The first page: a few figures that call for somebody. Each comes from the `admin.py` that it is a figure of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    A number, where it leads, and who may see it.

    :param page: the name of a page of the admin, such as "ordering_order_changelist".
    :param query: what that page is filtered by.
    :param alarming: whether somebody must act on it; it then shows only while it is not zero.
    """

    title: str
    permission: str
    page: str
    query: str
    alarming: bool
    count: Callable[[], int]


_figures: list[Figure] = []


def figure(
    title: str, *, permission: str, page: str, query: str = "", alarming: bool = False
) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Show what the decorated function counts on the first page, to those who have the permission."""

    def register(count: Callable[[], int]) -> Callable[[], int]:
        _figures.append(
            Figure(title=title, permission=permission, page=page, query=query, alarming=alarming, count=count)
        )
        return count

    return register


def with_figures(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the figures to what the first page shows; unfold's DASHBOARD_CALLBACK."""
    shown = [found for found in _figures if request.user.has_perm(found.permission)]
    counted = [(found, found.count()) for found in sorted(shown, key=lambda found: (not found.alarming, found.title))]
    context["figures"] = [_drawn(found, count) for found, count in counted if count or not found.alarming]
    return context


def _drawn(found: Figure, count: int) -> dict[str, Any]:
    link = f"{reverse(f'admin:{found.page}')}?{found.query}"
    return {"title": found.title, "count": count, "link": link, "alarming": found.alarming}
