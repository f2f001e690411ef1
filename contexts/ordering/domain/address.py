"""Where an order goes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """:param country: ISO 3166-1 alpha-2."""

    name: str
    line1: str
    line2: str
    postal_code: str
    city: str
    region: str
    country: str
    phone: str
