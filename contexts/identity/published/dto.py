"""The values that identity returns to its callers."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """
    A user of the shop, as other contexts need them.

    :param email: the address for e-mails, in lower case.
    :param name: how to address the user; "" if they have not given a name.
    """

    id: UUID
    email: str
    name: str
