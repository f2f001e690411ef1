"""What other contexts may ask of catalog, and get an answer to at once."""

from typing import Protocol

from building_blocks.interfaces.declare import interface, method
from contexts.catalog.published.dto import Offer


@interface("catalog")
class Catalog(Protocol):
    @method(idempotent=True, timeout=2.0)
    def offers(self, *, skus: list[str]) -> list[Offer]:
        """Return the current offer of each of these SKUs, leaving out those that are not sold."""
        ...
