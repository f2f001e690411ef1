"""`manage.py reconcile_payment <order>`: for an order that is stuck, since the answer to its payment never came."""

import logging
from typing import Any, get_args

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from contexts.ordering import queries
from contexts.ordering.adapters.payments import provider_for
from contexts.ordering.domain.charge import Charge, ChargeState
from contexts.ordering.models import Payment
from contexts.ordering.use_cases.reconcile_payment import reconcile_payment
from contexts.ordering.use_cases.record_capture import NotCaptured
from contexts.ordering.use_cases.record_refund import NotRefunded
from contexts.ordering.use_cases.record_void import NotVoided

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Asks the payment provider what is true of an order's payment, and with --apply lets that be done."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="the number of an order")
        parser.add_argument("--apply", action="store_true", help="write it down; without this nothing is changed")
        parser.add_argument(
            "--state",
            choices=sorted(set(get_args(ChargeState)) - {"action_required"}),
            help="what is true, as you have seen at the provider's desk; the provider is not asked then",
        )

    def handle(self, *, order: str, apply: bool, state: ChargeState | None, **options: Any) -> None:
        payments = queries.unanswered_payments(order)
        if not payments:
            raise CommandError(f"{order}: no payment of an order of this number waits for an answer.")
        if state and len(payments) > 1:
            raise CommandError(f"{order} has {len(payments)} payments that wait for an answer: let the provider say.")
        for payment in payments:
            self._reconcile(
                payment,
                Charge(state=state) if state else _charge_at_provider(payment),
                apply=apply,
                source=state and "you say",
            )

    def _reconcile(self, payment: Payment, charge: Charge | None, *, apply: bool, source: str | None) -> None:
        answer = charge.state if charge else "nothing is known of it"
        summary = f"payment {payment.pk} is {payment.state}; {source or 'the provider says'}: {answer}"
        if charge is None or not apply:
            self.stdout.write(f"{summary}. Nothing is changed{'; --apply does it' if charge else ''}.")
            return
        try:
            reconcile_payment(payment_id=payment.pk, charge=charge, now=timezone.now())
        except (NotCaptured, NotVoided, NotRefunded):
            raise CommandError(f"{summary}. That settles nothing: replay its message.") from None
        logger.warning("payment %s of order %s was settled from the command line", payment.pk, payment.order_id)
        order = queries.order(payment.order_id)
        outcome = " ".join(filter(None, (order.status, order.reason)))
        self.stdout.write(f"{summary}. The payment is {order.attempt(payment.pk).state} now, the order {outcome}.")


def _charge_at_provider(payment: Payment) -> Charge | None:
    return provider_for(payment.money).find(attempt_id=payment.pk)
