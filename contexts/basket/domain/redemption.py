"""The states of a redemption, and which may follow which."""

from enum import StrEnum

from building_blocks.transitions import Transitions


class RedemptionState(StrEnum):
    REDEEMED = "redeemed"
    REJECTED = "rejected"
    RELEASED = "released"


REDEMPTION_TRANSITIONS: Transitions = {
    RedemptionState.REDEEMED: {RedemptionState.REJECTED, RedemptionState.RELEASED},
    RedemptionState.REJECTED: (),
    RedemptionState.RELEASED: (),
}
