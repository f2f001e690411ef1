"""Who stands before the shelf: a customer who signed in, or somebody with a basket's token, or a newcomer."""

import hashlib
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


def digest(token: str) -> str:
    """Return what is stored of a token: enough to recognise it, not to use it."""
    return hashlib.sha256(token.encode()).hexdigest()
