"""The calls that other contexts may make to identity."""

from typing import Protocol
from uuid import UUID

from building_blocks.interfaces.declare import interface, method
from contexts.identity.published.dto import Customer
from contexts.identity.published.errors import UnknownCustomer


@interface("identity", errors=(UnknownCustomer,))
class Identity(Protocol):
    @method(idempotent=True, timeout=2.0)
    def customer(self, *, customer_id: UUID) -> Customer:
        """
        Return a customer.

        :raises UnknownCustomer: no user has this id.
        """
        ...
