"""The address book of a customer: where orders go again and again."""

from dataclasses import dataclass

from building_blocks.address import Address

MAX_ADDRESSES = 20  # of one customer


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBookEntry:
    """
    What a customer writes into the book.

    :param label: what they call it, such as "Home".
    :param delivery_note: what they usually add to an order that goes there.
    """

    address: Address
    label: str
    delivery_note: str
