"""The address book of a customer: addresses for further orders."""

from dataclasses import dataclass

from building_blocks.address import Address

MAX_ADDRESSES = 20  # of one customer


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBookEntry:
    """
    An entry of the address book, as a customer writes it.

    :param label: the customer's name for it, such as "Home".
    :param delivery_note: the usual note of an order to this address.
    """

    address: Address
    label: str
    delivery_note: str
