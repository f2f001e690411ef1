"""
What ordering asks itself to do later: each step of a purchase that may wait, or fail, on its own.

`payment_id` names the attempt to pay; a message without it was sent when an order had one attempt only.
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
    """Ask the provider to let go of the money of an attempt that is given up."""

    order_id: UUID
    payment_id: UUID | None = None


@command("ordering.refund_payment.v1", key="order_id")
class RefundPayment:
    """Ask the provider to give all of the money back that was taken."""

    order_id: UUID
    payment_id: UUID | None = None


@command("ordering.expire_order.v1", key="order_id")
class ExpireOrder:
    """Cancel the order, unless it is paid or has got more time; the provider is asked first if it may hold money."""

    order_id: UUID


@command("ordering.check_payment_before_expiry.v1", key="order_id")
class CheckPaymentBeforeExpiry:
    """Ask the provider a last time whether an order is paid whose time is over, and cancel the order if it is not."""

    order_id: UUID
    payment_id: UUID


@command("ordering.send_confirmation.v1", key="order_id")
class SendConfirmation:
    """Send the confirmation e-mail."""

    order_id: UUID


@command("ordering.send_shipping_notice.v1", key="order_id")
class SendShippingNotice:
    """Send the e-mail that the goods are on their way."""

    order_id: UUID


@command("ordering.send_cancellation_notice.v1", key="order_id")
class SendCancellationNotice:
    """Send the e-mail that nothing comes of the order."""

    order_id: UUID


@command("ordering.send_refund_notice.v1", key="order_id")
class SendRefundNotice:
    """Send the e-mail that the money is back."""

    order_id: UUID
