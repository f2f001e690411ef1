"""The first page: a few tiles that call for somebody. Each comes from the `admin.py` that it is a tile of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
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


_tiles: list[Tile] = []


def tile(
    title: str, *, permission: str, page: str, query: str = "", alarming: bool = False
) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Show what the decorated function counts on the first page, to those who have the permission."""

    def register(count: Callable[[], int]) -> Callable[[], int]:
        _tiles.append(Tile(title=title, permission=permission, page=page, query=query, alarming=alarming, count=count))
        return count

    return register


def add_tiles(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the tiles to what the first page shows; unfold's DASHBOARD_CALLBACK."""
    visible = [item for item in _tiles if request.user.has_perm(item.permission)]
    with_counts = [(item, item.count()) for item in sorted(visible, key=lambda item: (not item.alarming, item.title))]
    context["tiles"] = [_as_context(item, count) for item, count in with_counts if count or not item.alarming]
    return context


def _as_context(item: Tile, count: int) -> dict[str, Any]:
    link = f"{reverse(f'admin:{item.page}')}?{item.query}"
    return {"title": item.title, "count": count, "link": link, "alarming": item.alarming}
