"""The buyer of an order: a customer who is signed in, or a guest with a basket's token."""

from dataclasses import dataclass
from uuid import UUID

from building_blocks.digests import digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """
    The customer or guest who buys.

    :param token: of the guest's basket; ignored for a customer.
    """

    customer_id: UUID | None
    token: str | None

    @property
    def token_digest(self) -> str:
        """The digest by which a guest's order recognises the token; "" for a customer."""
        return digest(self.token) if self.token and self.customer_id is None else ""

    @property
    def scope(self) -> str:
        """The owner of the buyer's idempotency keys. No token that a client chooses can equal a customer's."""
        return f"customer:{self.customer_id}" if self.customer_id else f"basket:{self.token_digest}"
