"""Shoppers: customers who are signed in, guests with a basket's token, and new guests without one."""

import secrets
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    """
    A customer, or a guest with or without a basket.

    :param token: of an anonymous basket; ignored for a customer, whose basket has no token.
    """

    customer_id: UUID | None
    token: str | None


def new_token() -> str:
    """Return a random token for an anonymous basket."""
    return secrets.token_urlsafe(24)
