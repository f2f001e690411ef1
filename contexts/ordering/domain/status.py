"""The statuses of an order and the states of a payment, with the allowed transitions."""

from collections.abc import Mapping
from enum import StrEnum

from building_blocks.refusals import Refusal
from building_blocks.transitions import Transitions


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

    `authorising`, `capturing`, `voiding` and `refunding` begin when the request is sent: from then on the provider may
    have done it, with or without an answer.
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
"""
The buyer learns of other reasons in the shop, or by the e-mail about the refund. If a capture is declined,
`record_capture` sends the notice itself.
"""

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
"""An attempt in these states may still pay for its order, or has paid; each order has at most one."""

CANCELLABLE = {
    PaymentState.WAITING,
    PaymentState.AUTHORISING,
    PaymentState.ACTION_REQUIRED,
    PaymentState.DECLINED,
}
"""Once capture is requested, the money may be taken: the order is not cancelled, and takes no other attempt."""

MAY_HOLD_MONEY = {PaymentState.AUTHORISING, PaymentState.ACTION_REQUIRED}
"""An abandoned attempt must be voided in these states, with or without an answer."""

IN_PROGRESS = {PaymentState.WAITING, PaymentState.AUTHORISING}
"""The buyer can only wait: a second order of the same basket is most likely a second click."""

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
"""The status after a refund: cancelled if the goods were not shipped, otherwise returned."""


class TransitionRefused(Refusal):
    """The order's status does not allow the change: most often, someone else has changed it a moment ago."""

    code = "step_refused"  # as the API has it
