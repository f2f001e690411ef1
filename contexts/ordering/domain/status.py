"""The states of an order and of its payment, and which may follow which."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from building_blocks.refusals import Refusal


class OrderStatus(StrEnum):
    PLACED = "placed"
    CONFIRMED = "confirmed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class PaymentState(StrEnum):
    """
    Where the money is.

    `authorising`, `capturing`, `voiding` and `refunding` begin when the request is sent: from then on it may have
    happened, whether or not an answer has come.
    """

    WAITING = "waiting"
    AUTHORISING = "authorising"
    ACTION_REQUIRED = "action_required"
    CAPTURING = "capturing"
    CAPTURED = "captured"
    VOIDING = "voiding"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    DECLINED = "declined"
    VOIDED = "voided"


class CancelReason(StrEnum):
    OUT_OF_STOCK = "out_of_stock"
    COUPON_REFUSED = "coupon_refused"
    PAYMENT_DECLINED = "payment_declined"
    NOT_PAID_IN_TIME = "not_paid_in_time"
    CANCELLED_BY_SHOP = "cancelled_by_shop"
    CANCELLED_BY_BUYER = "cancelled_by_buyer"
    REPLACED = "replaced"
    REFUNDED = "refunded"


REASONS_TO_NOTIFY_BUYER = (CancelReason.NOT_PAID_IN_TIME, CancelReason.CANCELLED_BY_SHOP)
"""Of all other reasons the buyer learns in the shop: by the answer to the order, or to the card, or by a refund."""

Transitions = Mapping[str, Collection[str]]

ORDER_TRANSITIONS: Transitions = {
    OrderStatus.PLACED: {OrderStatus.CONFIRMED, OrderStatus.CANCELLED},
    OrderStatus.CONFIRMED: {OrderStatus.SHIPPED, OrderStatus.CANCELLED},
    OrderStatus.SHIPPED: {OrderStatus.DELIVERED, OrderStatus.RETURNED},
    OrderStatus.DELIVERED: {OrderStatus.RETURNED},
    OrderStatus.CANCELLED: (),
    OrderStatus.RETURNED: (),
}

PAYMENT_TRANSITIONS: Transitions = {
    PaymentState.WAITING: {PaymentState.AUTHORISING, PaymentState.VOIDED},
    PaymentState.AUTHORISING: {
        PaymentState.ACTION_REQUIRED,
        PaymentState.CAPTURING,
        PaymentState.DECLINED,
        PaymentState.VOIDING,
    },
    PaymentState.ACTION_REQUIRED: {PaymentState.CAPTURING, PaymentState.DECLINED, PaymentState.VOIDING},
    PaymentState.CAPTURING: {PaymentState.CAPTURED, PaymentState.DECLINED, PaymentState.REFUNDING},
    PaymentState.CAPTURED: {PaymentState.REFUNDING},
    PaymentState.VOIDING: {PaymentState.VOIDED, PaymentState.REFUNDING, PaymentState.REFUNDED},
    PaymentState.REFUNDING: {PaymentState.REFUNDED},
    PaymentState.REFUNDED: (),
    PaymentState.DECLINED: (),
    PaymentState.VOIDED: (),
}

ACTIVE = (
    PaymentState.WAITING,
    PaymentState.AUTHORISING,
    PaymentState.ACTION_REQUIRED,
    PaymentState.CAPTURING,
    PaymentState.CAPTURED,
)
"""An attempt that may still pay for its order, or has; of each order there is one at most."""

CANCELLABLE = {
    PaymentState.WAITING,
    PaymentState.AUTHORISING,
    PaymentState.ACTION_REQUIRED,
    PaymentState.DECLINED,
}
"""If capture was asked for, the money may be taken: the order then goes on. No other attempt replaces this one."""

MAY_HOLD_MONEY = {PaymentState.AUTHORISING, PaymentState.ACTION_REQUIRED}
"""An attempt that is given up must be voided in these states, answered or not."""

IN_PROGRESS = {PaymentState.WAITING, PaymentState.AUTHORISING}
"""The buyer has nothing to do but wait: a buyer who orders the same again then has most likely clicked twice."""

MONEY_TAKEN = {PaymentState.CAPTURED, PaymentState.REFUNDING, PaymentState.REFUNDED}

AWAITING_ANSWER = {
    PaymentState.AUTHORISING,
    PaymentState.ACTION_REQUIRED,
    PaymentState.CAPTURING,
    PaymentState.VOIDING,
    PaymentState.REFUNDING,
}

STATUS_AFTER_REFUND: Mapping[str, OrderStatus] = {
    OrderStatus.CONFIRMED: OrderStatus.CANCELLED,
    OrderStatus.SHIPPED: OrderStatus.RETURNED,
    OrderStatus.DELIVERED: OrderStatus.RETURNED,
}
"""What becomes of an order whose money goes back, by what it is: nothing has left the house, or it comes back."""


class TransitionRefused(Refusal):
    """Somebody asked for a step that the order does not allow, or no longer: most often, somebody else was faster."""

    code = "transition_refused"


class InvalidTransition(RuntimeError):
    """Raised where a state was to follow that cannot: something is wrong, and a person must look."""


def check_transition(transitions: Transitions, old: str, new: str) -> None:
    """
    Check that one state may follow another.

    :raises InvalidTransition: it may not.
    """
    if new not in transitions[old]:
        raise InvalidTransition(f"{new} does not follow {old}")
