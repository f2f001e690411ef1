"""Who buys: a customer who signed in, or a guest who has a basket's token."""

from dataclasses import dataclass
from uuid import UUID

from building_blocks.digests import digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """:param token: of the guest's basket; without effect for a customer."""

    customer_id: UUID | None
    token: str | None

    @property
    def token_digest(self) -> str:
        """What an order keeps of the token, for its buyer to read it by; a customer's order keeps none."""
        return digest(self.token) if self.token and self.customer_id is None else ""

    @property
    def scope(self) -> str:
        """Whose idempotency keys these are: no token, which a buyer chooses, can look like a customer's id."""
        return f"customer:{self.customer_id}" if self.customer_id else f"basket:{self.token_digest}"
