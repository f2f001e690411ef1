"""`manage.py reconcile_payment <order>`: for an order whose payment was never answered."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, get_args

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contexts.ordering import queries
from contexts.ordering.adapters.payments import provider_for
from contexts.ordering.domain.charge import Charge, ChargeState
from contexts.ordering.domain.commands import AuthorisePayment, CapturePayment, RefundPayment, VoidPayment
from contexts.ordering.domain.status import PaymentState
from contexts.ordering.models import Payment
from contexts.ordering.use_cases.record_authorisation import record_authorisation
from contexts.ordering.use_cases.record_capture import NotCaptured, record_capture
from contexts.ordering.use_cases.record_refund import NotRefunded, record_refund
from contexts.ordering.use_cases.record_void import NotVoided, record_void

logger = logging.getLogger(__name__)

UNANSWERED: Mapping[str, tuple[Callable[..., object], Callable[..., None]]] = {
    PaymentState.AUTHORISING: (AuthorisePayment, record_authorisation),
    PaymentState.ACTION_REQUIRED: (AuthorisePayment, record_authorisation),
    PaymentState.CAPTURING: (CapturePayment, record_capture),
    PaymentState.VOIDING: (VoidPayment, record_void),
    PaymentState.REFUNDING: (RefundPayment, record_refund),
}
"""For each state of a payment: the command that is unanswered, and the use case that records its answer."""


class Command(BaseCommand):
    help = "Asks the payment provider for the state of an order's payment; with --apply, records the answer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="the number of an order")
        parser.add_argument("--apply", action="store_true", help="record the answer; without this nothing is changed")
        parser.add_argument(
            "--state",
            choices=sorted(set(get_args(ChargeState)) - {"action_required"}),
            help="the state that you have seen at the provider's desk; the provider is not asked then",
        )

    def handle(self, *, order: str, apply: bool, state: ChargeState | None, **options: Any) -> None:
        payments = queries.unanswered_payments(order)
        if not payments:
            raise CommandError(f"{order}: no payment of an order of this number waits for an answer.")
        if state and len(payments) > 1:
            raise CommandError(
                f"{order} has {len(payments)} payments that wait for an answer:"
                " run without --state, so that the provider is asked about each."
            )
        for payment in payments:
            self._reconcile(
                payment,
                Charge(state=state) if state else provider_for(payment.money).find(attempt_id=payment.pk),
                apply=apply,
                source="you say" if state else "the provider says",
            )

    def _reconcile(self, payment: Payment, charge: Charge | None, *, apply: bool, source: str) -> None:
        answer = charge.state if charge else "nothing is known of it"
        summary = f"payment {payment.pk} is {payment.state}; {source}: {answer}"
        if charge is None or not apply:
            self.stdout.write(f"{summary}. Nothing is changed{'; use --apply to record it' if charge else ''}.")
            return
        command, record = UNANSWERED[payment.state]
        try:
            record(command(order_id=payment.order_id, payment_id=payment.pk), charge, now=timezone.now())
        except (NotCaptured, NotVoided, NotRefunded):
            raise CommandError(f"{summary}. That settles nothing: replay its message.") from None
        logger.warning("payment %s of order %s was settled from the command line", payment.pk, payment.order_id)
        order = queries.order(payment.order_id)
        outcome = " ".join(filter(None, (order.status, order.reason)))
        self.stdout.write(f"{summary}. The payment is {order.attempt(payment.pk).state} now, the order {outcome}.")
