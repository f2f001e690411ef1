"""The test cards of this provider: four numbers of no real card, and the behaviour of each. No Django."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Behaviour(StrEnum):
    """How the provider treats a charge on the card."""

    ACCEPT = "accept"
    DECLINE = "decline"
    CHALLENGE = "challenge"
    TIME_OUT = "time_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The data of a card that may be stored."""

    behaviour: Behaviour
    last_four: str
    brand: str = "visa"


TEST_CARDS = {
    "4242424242424242": Card(behaviour=Behaviour.ACCEPT, last_four="4242"),
    "4000000000000002": Card(behaviour=Behaviour.DECLINE, last_four="0002"),
    "4000002500003155": Card(behaviour=Behaviour.CHALLENGE, last_four="3155"),
    "4000000000000119": Card(behaviour=Behaviour.TIME_OUT, last_four="0119"),
}


def is_card_number(digits: str) -> bool:
    """Return whether these are 12 to 19 digits with a valid check digit at the end (Luhn)."""
    if not re.fullmatch("[0-9]{12,19}", digits):
        return False
    plain, doubled = digits[-1::-2], digits[-2::-2]
    return sum(map(int, plain)) % 10 == -sum(sum(divmod(2 * int(digit), 10)) for digit in doubled) % 10
