"""What can become of a charge. No Django."""

from enum import StrEnum


class Status(StrEnum):
    AUTHORISED = "authorised"
    DECLINED = "declined"
    REQUIRES_ACTION = "requires_action"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"


class Step(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


_NEXT = {
    (Status.REQUIRES_ACTION, Step.APPROVE): Status.AUTHORISED,
    (Status.REQUIRES_ACTION, Step.REFUSE): Status.DECLINED,
    (Status.REQUIRES_ACTION, Step.VOID): Status.VOIDED,
    (Status.AUTHORISED, Step.CAPTURE): Status.CAPTURED,
    (Status.AUTHORISED, Step.VOID): Status.VOIDED,
    (Status.CAPTURED, Step.VOID): Status.REFUNDED,
    (Status.CAPTURED, Step.REFUND): Status.REFUNDED,
}


def after(status: Status, step: Step) -> Status:
    """Return the status that the step leads to, which is the same one where there is no such way."""
    return _NEXT.get((status, step), status)
