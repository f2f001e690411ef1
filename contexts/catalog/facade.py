"""The implementation of catalog's published interface: turns its rows into published values."""

from contexts.catalog import queries
from contexts.catalog.models import Variant
from contexts.catalog.published.dto import Offer


class CatalogFacade:
    """Implements `published.interface.Catalog`."""

    def offers(self, *, skus: list[str]) -> list[Offer]:
        return [_offer(variant) for variant in queries.variants(skus)]


def _offer(variant: Variant) -> Offer:
    product = variant.product
    return Offer(
        sku=variant.sku,
        product_id=product.id,
        product_slug=product.slug,
        name=f"{product.name}, {variant.name}" if variant.name else product.name,
        unit_price=variant.unit_price,
        tax_class=product.tax_class,
        weight_grams=variant.weight_grams,
        available=variant.available,
    )
