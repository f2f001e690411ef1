"""What a payment provider says of the money."""

from dataclasses import dataclass
from typing import Literal

ChargeState = Literal["authorised", "action_required", "captured", "refunded", "declined", "voided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """
    What the provider holds under a payment attempt's id.

    :param action_url: where the customer must approve it, while that is required.
    """

    state: ChargeState
    decline_reason: str = ""
    action_url: str = ""
