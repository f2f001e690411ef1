"""What ordering does when it is asked to, by itself: see `domain/commands.py`."""

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


def then_record_authorisation(command: AuthorisePayment, charge: Charge, *, now: datetime) -> None:
    record_authorisation(order_id=command.order_id, payment_id=command.payment_id, charge=charge, now=now)


@on(AuthorisePayment, then=then_record_authorisation)
def authorise_payment(command: AuthorisePayment) -> Charge:
    payment = queries.payment_of(command.order_id, command.payment_id)
    return provider_for(payment.money).authorise(attempt_id=payment.id, token=payment.token, amount=payment.money)


def then_record_capture(command: CapturePayment, charge: Charge, *, now: datetime) -> None:
    record_capture(order_id=command.order_id, payment_id=command.payment_id, charge=charge, now=now)


@on(CapturePayment, then=then_record_capture)
def capture_payment(command: CapturePayment) -> Charge:
    payment = queries.payment_of(command.order_id, command.payment_id)
    return provider_for(payment.money).capture(attempt_id=payment.id)


def then_record_void(command: VoidPayment, charge: Charge, *, now: datetime) -> None:
    record_void(order_id=command.order_id, payment_id=command.payment_id, charge=charge, now=now)


@on(VoidPayment, then=then_record_void)
def void_payment(command: VoidPayment) -> Charge:
    payment = queries.payment_of(command.order_id, command.payment_id)
    return provider_for(payment.money).void(attempt_id=payment.id)


def then_record_refund(command: RefundPayment, charge: Charge, *, now: datetime) -> None:
    record_refund(order_id=command.order_id, payment_id=command.payment_id, charge=charge, now=now)


@on(RefundPayment, then=then_record_refund)
def refund_payment(command: RefundPayment) -> Charge:
    payment = queries.payment_of(command.order_id, command.payment_id)
    return provider_for(payment.money).refund(attempt_id=payment.id)


def then_do_nothing(command: object, answer: None, *, now: datetime) -> None:
    """The mark in the inbox is all there is to write."""


@on(SendConfirmation, then=then_do_nothing, in_order=True)
def send_confirmation(command: SendConfirmation) -> None:
    mail.send("confirmation", queries.order(command.order_id))


@on(SendShippingNotice, then=then_do_nothing, in_order=True)
def send_shipping_notice(command: SendShippingNotice) -> None:
    mail.send("shipment", queries.order(command.order_id))


@on(SendCancellationNotice, then=then_do_nothing, in_order=True)
def send_cancellation_notice(command: SendCancellationNotice) -> None:
    mail.send("cancellation", queries.order(command.order_id))


@on(SendRefundNotice, then=then_do_nothing, in_order=True)
def send_refund_notice(command: SendRefundNotice) -> None:
    mail.send("refund", queries.order(command.order_id))


@on(ExpireOrder)
def expire_unpaid_order(command: ExpireOrder, *, now: datetime) -> None:
    expire_order(order_id=command.order_id, now=now)


def then_record_payment_check(command: CheckPaymentBeforeExpiry, check: PaymentCheck, *, now: datetime) -> None:
    record_payment_check(order_id=command.order_id, payment_id=command.payment_id, check=check, now=now)


@on(CheckPaymentBeforeExpiry, then=then_record_payment_check)
def check_payment_before_expiry(command: CheckPaymentBeforeExpiry) -> PaymentCheck:
    payment = queries.payment_of(command.order_id, command.payment_id)
    try:
        return PaymentCheck(charge=provider_for(payment.money).find(attempt_id=payment.pk))
    except Exception as error:
        # The order must end some time, even while the provider is away; its text may quote a customer.
        logger.warning("no last look at the payment of order %s: %s", command.order_id, type(error).__name__)
        return PaymentCheck(is_known=False)
