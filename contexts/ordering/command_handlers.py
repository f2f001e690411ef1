"""How ordering handles its own commands (`domain/commands.py`): the calls of the payment provider and of e-mail."""

import logging
from datetime import datetime

from contexts.ordering import queries
from contexts.ordering.adapters import mail
from contexts.ordering.adapters.payments import provider_for
from contexts.ordering.domain.charge import Charge
from contexts.ordering.domain.commands import (
    AuthorisePayment,
    CapturePayment,
    CheckPaymentBeforeExpiry,
    ExpireOrder,
    RefundPayment,
    SendCancellationNotice,
    SendConfirmation,
    SendRefundNotice,
    SendShippingNotice,
    VoidPayment,
)
from contexts.ordering.use_cases.expire_order import expire_order
from contexts.ordering.use_cases.record_authorisation import record_authorisation
from contexts.ordering.use_cases.record_capture import record_capture
from contexts.ordering.use_cases.record_payment_check import PaymentCheck, record_payment_check
from contexts.ordering.use_cases.record_refund import record_refund
from contexts.ordering.use_cases.record_void import record_void
from messaging.subscriptions import on

logger = logging.getLogger(__name__)


@on(AuthorisePayment, then=record_authorisation)
def authorise_payment(command: AuthorisePayment) -> Charge:
    payment = queries.payment_of(command.order_id, command.payment_id)
    return provider_for(payment.money).authorise(attempt_id=payment.id, token=payment.token, amount=payment.money)


@on(CapturePayment, then=record_capture)
def capture_payment(command: CapturePayment) -> Charge:
    payment = queries.payment_of(command.order_id, command.payment_id)
    return provider_for(payment.money).capture(attempt_id=payment.id)


@on(VoidPayment, then=record_void)
def void_payment(command: VoidPayment) -> Charge:
    payment = queries.payment_of(command.order_id, command.payment_id)
    return provider_for(payment.money).void(attempt_id=payment.id)


@on(RefundPayment, then=record_refund)
def refund_payment(command: RefundPayment) -> Charge:
    payment = queries.payment_of(command.order_id, command.payment_id)
    return provider_for(payment.money).refund(attempt_id=payment.id)


@on(CheckPaymentBeforeExpiry, then=record_payment_check)
def check_payment_before_expiry(command: CheckPaymentBeforeExpiry) -> PaymentCheck:
    payment = queries.payment_of(command.order_id, command.payment_id)
    try:
        return PaymentCheck(charge=provider_for(payment.money).find(attempt_id=payment.pk))
    except Exception as error:
        # The order must end even if the provider does not answer. The error's text may quote a customer.
        logger.warning("payment of order %s not checked before expiry: %s", command.order_id, type(error).__name__)
        return PaymentCheck(is_known=False)


@on(ExpireOrder)
def expire_unpaid_order(command: ExpireOrder, *, now: datetime) -> None:
    expire_order(order_id=command.order_id, now=now)


@on(SendConfirmation, external_call=True, in_order=True)
def send_confirmation(command: SendConfirmation) -> None:
    mail.send("confirmation", queries.order(command.order_id))


@on(SendShippingNotice, external_call=True, in_order=True)
def send_shipping_notice(command: SendShippingNotice) -> None:
    mail.send("shipment", queries.order(command.order_id))


@on(SendCancellationNotice, external_call=True, in_order=True)
def send_cancellation_notice(command: SendCancellationNotice) -> None:
    mail.send("cancellation", queries.order(command.order_id))


@on(SendRefundNotice, external_call=True, in_order=True)
def send_refund_notice(command: SendRefundNotice) -> None:
    mail.send("refund", queries.order(command.order_id))
