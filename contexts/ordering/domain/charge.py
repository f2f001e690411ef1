"""A payment provider's answer about the money of a payment."""

from dataclasses import dataclass
from typing import Literal

ChargeState = Literal["authorised", "action_required", "captured", "refunded", "declined", "voided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """
    The state of a payment attempt at the provider.

    :param action_url: the page on which the buyer must approve the payment, in state `action_required`; otherwise "".
    """

    state: ChargeState
    decline_reason: str = ""
    action_url: str = ""
