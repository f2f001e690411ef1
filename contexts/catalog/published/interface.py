"""The calls that other contexts may make to catalog."""

from typing import Protocol

from building_blocks.interfaces.declare import interface, method
from contexts.catalog.published.dto import Offer


@interface("catalog")
class Catalog(Protocol):
    @method(idempotent=True, timeout=2.0)
    def offers(self, *, skus: list[str]) -> list[Offer]:
        """Return the current offer of each of these SKUs, without those that are unknown or not on sale."""
        ...
