"""Identity for other contexts: the only place where its rows become its published values."""

from uuid import UUID

from contexts.identity import queries
from contexts.identity.published.dto import Customer


class IdentityFacade:
    """Implements `published.interface.Identity`."""

    def customer(self, *, customer_id: UUID) -> Customer:
        user = queries.user(customer_id)
        return Customer(id=user.id, email=user.email, name=user.name)
