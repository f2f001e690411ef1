"""What other contexts may ask of identity, and get an answer to at once."""

from typing import Protocol
from uuid import UUID

from building_blocks.interfaces.declare import interface, method
from contexts.identity.published.dto import Customer


@interface("identity")
class Identity(Protocol):
    @method(idempotent=True, timeout=2.0)
    def customer(self, *, customer_id: UUID) -> Customer:
        """
        Return who this customer is.

        :raises UnknownCustomer: there is none with this id.
        """
        ...
