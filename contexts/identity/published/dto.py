"""The values that identity hands to its callers."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """
    A user of the shop, as far as others need to know them.

    :param email: where to write to, in lower case.
    :param name: how they want to be addressed; "" where they have not said.
    """

    id: UUID
    email: str
    name: str
