"""Who stands before the shelf: a customer who signed in, or somebody with a basket's token, or a newcomer."""

import secrets
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    """:param token: of an anonymous basket; without effect for a customer, who has a basket of his own."""

    customer_id: UUID | None
    token: str | None


def new_token() -> str:
    return secrets.token_urlsafe(24)
