"""The statuses of a charge, and their transitions. No Django."""

from enum import StrEnum


class Status(StrEnum):
    AUTHORISED = "authorised"
    DECLINED = "declined"
    REQUIRES_ACTION = "requires_action"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"


class Operation(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


_TRANSITIONS = {
    (Status.REQUIRES_ACTION, Operation.APPROVE): Status.AUTHORISED,
    (Status.REQUIRES_ACTION, Operation.REFUSE): Status.DECLINED,
    (Status.REQUIRES_ACTION, Operation.VOID): Status.VOIDED,
    (Status.AUTHORISED, Operation.CAPTURE): Status.CAPTURED,
    (Status.AUTHORISED, Operation.VOID): Status.VOIDED,
    (Status.CAPTURED, Operation.VOID): Status.REFUNDED,
    (Status.CAPTURED, Operation.REFUND): Status.REFUNDED,
}


def next_status(status: Status, operation: Operation) -> Status:
    """Return the status after the operation: the old status, if that does not allow the operation."""
    return _TRANSITIONS.get((status, operation), status)
