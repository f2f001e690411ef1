"""A stand-in for catalog, so that tests of basket need none of catalog's tables."""

from decimal import Decimal
from uuid import uuid4

from building_blocks.money import Money
from contexts.catalog.published.dto import Offer


class CatalogStandIn:
    """Implements `Catalog` with offers in memory; `is_down` makes each call fail."""

    def __init__(self) -> None:
        self.is_down = False
        self._offers: dict[str, Offer] = {}

    def offers(self, *, skus: list[str]) -> list[Offer]:
        if self.is_down:
            raise ConnectionError("catalog is down")
        return [self._offers[sku] for sku in skus if sku in self._offers]

    def sell(self, *skus: str, price: str = "10.00", available: int = 10) -> None:
        """Offer each of these SKUs at this price in euros; a SKU that is on sale already gets price and stock."""
        for sku in skus:
            self._offers[sku] = Offer(
                sku=sku,
                product_id=uuid4(),
                product_slug=sku.lower(),
                name=sku.title(),
                unit_price=Money(Decimal(price), "EUR"),
                tax_class="standard",
                weight_grams=100,
                available=available,
            )

    def stop_selling(self, sku: str) -> None:
        del self._offers[sku]
