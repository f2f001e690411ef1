"""The first page: tiles with numbers, registered by the `admin` of each context."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """
    A number that links to a list.

    :param permission: of the operators who see the tile.
    :param page: the name of the list's page, such as "ordering_order_changelist".
    :param query: the query string that filters the list.
    :param alarming: whether an operator must act on it; the tile is then shown only while its number is not zero.
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
    """Register the decorated function, which returns the number of a tile; see `Tile` for the parameters."""

    def register(count: Callable[[], int]) -> Callable[[], int]:
        _tiles.append(Tile(title=title, permission=permission, page=page, query=query, alarming=alarming, count=count))
        return count

    return register


def add_tiles(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the tiles that the operator may see to the context of the first page; unfold's DASHBOARD_CALLBACK."""
    visible = [item for item in _tiles if request.user.has_perm(item.permission)]
    with_counts = [(item, item.count()) for item in sorted(visible, key=lambda item: (not item.alarming, item.title))]
    context["tiles"] = [_as_context(item, count) for item, count in with_counts if count or not item.alarming]
    return context


def _as_context(item: Tile, count: int) -> dict[str, Any]:
    link = f"{reverse(f'admin:{item.page}')}?{item.query}"
    return {"title": item.title, "count": count, "link": link, "alarming": item.alarming}
