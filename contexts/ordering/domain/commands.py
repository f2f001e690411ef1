"""
The commands that ordering sends to itself: the parts of a purchase that may wait or fail independently.

`payment_id` names the attempt to pay. If it is None, the message was sent when an order had only one attempt.
"""

from uuid import UUID

from messaging.declare import command


@command("ordering.authorise_payment.v1", key="order_id")
class AuthorisePayment:
    """Ask the provider to set the money aside."""

    order_id: UUID
    payment_id: UUID | None = None


@command("ordering.capture_payment.v1", key="order_id")
class CapturePayment:
    """Ask the provider to take the money that is set aside."""

    order_id: UUID
    payment_id: UUID | None = None


@command("ordering.void_payment.v1", key="order_id")
class VoidPayment:
    """Ask the provider to release the money of an abandoned attempt."""

    order_id: UUID
    payment_id: UUID | None = None


@command("ordering.refund_payment.v1", key="order_id")
class RefundPayment:
    """Ask the provider to give back all money that was taken."""

    order_id: UUID
    payment_id: UUID | None = None


@command("ordering.expire_order.v1", key="order_id")
class ExpireOrder:
    """Cancel the order, unless it is paid or has more time; the provider is asked first if it may hold money."""

    order_id: UUID


@command("ordering.check_payment_before_expiry.v1", key="order_id")
class CheckPaymentBeforeExpiry:
    """Ask the provider for the last time whether an order past its deadline is paid, and cancel it if it is not."""

    order_id: UUID
    payment_id: UUID


@command("ordering.send_confirmation.v1", key="order_id")
class SendConfirmation:
    """Send the confirmation e-mail."""

    order_id: UUID


@command("ordering.send_shipping_notice.v1", key="order_id")
class SendShippingNotice:
    """Send the e-mail that the goods are shipped."""

    order_id: UUID


@command("ordering.send_cancellation_notice.v1", key="order_id")
class SendCancellationNotice:
    """Send the e-mail that the order is cancelled."""

    order_id: UUID


@command("ordering.send_refund_notice.v1", key="order_id")
class SendRefundNotice:
    """Send the e-mail that the order is refunded."""

    order_id: UUID
