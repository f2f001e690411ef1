"""The values that ordering's events carry."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedLine:
    """A quantity of one SKU."""

    sku: str
    quantity: int
