"""The states of a reservation, and which may follow which."""

from enum import StrEnum

from building_blocks.transitions import Transitions


class ReservationState(StrEnum):
    RESERVED = "reserved"
    REJECTED = "rejected"
    RELEASED = "released"
    COMMITTED = "committed"
    RETURNED = "returned"


RESERVATION_TRANSITIONS: Transitions = {
    ReservationState.RESERVED: {
        ReservationState.REJECTED,
        ReservationState.RELEASED,
        ReservationState.COMMITTED,
    },
    ReservationState.COMMITTED: {ReservationState.RETURNED},
    ReservationState.REJECTED: (),
    ReservationState.RELEASED: (),
    ReservationState.RETURNED: (),
}
