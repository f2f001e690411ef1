"""Why the number on hand changes, and which changes an operator may make."""

from enum import StrEnum

from building_blocks.refusals import Refusal

MAX_ON_HAND = 1_000_000_000  # pieces of one SKU after an operator's change; returned goods on top still fit the column
MAX_DELTA = 1_000_000  # pieces


class MovementReason(StrEnum):
    RECEIVED = "received"
    COUNTED = "counted"
    LOST = "lost"
    SOLD = "sold"
    RETURNED = "returned"


MANUAL_REASONS = (MovementReason.RECEIVED, MovementReason.COUNTED, MovementReason.LOST)
"""The reasons that an operator may give; goods are sold and returned only with an order."""


class ImplausibleChange(Refusal):
    """The change is zero or too large, or its sign contradicts its reason."""

    code = "implausible_change"
    kind = "invalid"


class TooManyOnHand(Refusal):
    """More pieces of one SKU would be on hand than `MAX_ON_HAND`."""

    code = "too_many_on_hand"


class TooFewOnHand(Refusal):
    """Fewer pieces would be on hand than are reserved for orders."""

    code = "too_few_on_hand"


def check_change(delta: int, reason: str) -> None:
    """
    Check that a manual change is plausible; it does not read the stock.

    :param delta: pieces; negative if they leave.
    :raises ImplausibleChange: `delta` is zero, too large, or contradicts the reason, or the reason is not manual.
    """
    if reason not in MANUAL_REASONS:
        raise ImplausibleChange("Choose a reason: goods received, corrected after a count, or damaged or lost.")
    if abs(delta) > MAX_DELTA:
        raise ImplausibleChange(f"One change adds or removes at most {MAX_DELTA:,} pieces.")
    if delta == 0:
        raise ImplausibleChange("Enter how many pieces to add or remove: zero changes nothing.")
    if reason == MovementReason.RECEIVED and delta < 0:
        raise ImplausibleChange("Goods received are more than zero: leave out the minus.")
    if reason == MovementReason.LOST and delta > 0:
        raise ImplausibleChange("Damaged or lost goods leave the stock: put a minus before the number.")
