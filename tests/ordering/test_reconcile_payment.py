"""`manage.py reconcile_payment`: an order is stuck, and the provider or an operator supplies the answer."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from contexts.ordering.models import Order, Payment
from demo_payments.models import Charge
from messaging.models import InboxMessage, OutboxMessage
from tests.ordering.neighbours import Buyer
from tests.tables import contents

pytestmark = [pytest.mark.django_db(databases=["ordering", "demo_payments"]), pytest.mark.usefixtures("neighbours")]

TIMES_OUT = "4000000000000119"


@pytest.fixture
def number(drain: Callable[[], None]) -> str:
    """An order whose money is taken, but the message that asked for it is dead."""
    buyer = Buyer()
    buyer.put("MUG")
    number: str = buyer.order(card=TIMES_OUT).json()["number"]
    drain()
    InboxMessage.objects.using("ordering").filter(handler="ordering.capture_payment").update(state="dead")
    return number


def reconcile(number: str, *options: str) -> str:
    printed = StringIO()
    call_command("reconcile_payment", number, *options, stdout=printed)
    return printed.getvalue()


def outcome(drain: Callable[[], None]) -> tuple[str, str, str, bool]:
    """Return status, reason and payment state of the order, and whether its stock is released."""
    drain()
    order, sent = Order.objects.get(), OutboxMessage.objects.using("ordering")
    is_released = sent.filter(type="catalog.release_stock.v1").exists()
    return order.status, order.reason, order.payment.state, is_released


class TestReconciling:
    def test_shows_the_providers_answer_and_changes_nothing_without_apply(self, number: str) -> None:
        before = contents("ordering", "demo_payments")

        printed = reconcile(number.lower())

        assert "is capturing; the provider says: captured. Nothing is changed" in printed
        assert contents("ordering", "demo_payments") == before

    def test_confirms_an_order_that_the_provider_says_is_paid(self, number: str, drain: Callable[[], None]) -> None:
        printed = reconcile(number, "--apply")

        assert "The payment is captured now, the order confirmed." in printed
        assert outcome(drain) == ("confirmed", "", "captured", False)

    def test_cancels_an_order_that_an_operator_says_cannot_be_paid(
        self, number: str, drain: Callable[[], None]
    ) -> None:
        printed = reconcile(number, "--state", "declined", "--apply")

        assert "you say: declined. The payment is declined now, the order cancelled payment_declined." in printed
        assert outcome(drain) == ("cancelled", "payment_declined", "declined", True)

    def test_fails_if_the_answer_settles_nothing(self, number: str) -> None:
        before = contents("ordering", "demo_payments")

        with pytest.raises(CommandError, match="replay its message"):
            reconcile(number, "--state", "authorised", "--apply")

        assert contents("ordering", "demo_payments") == before

    def test_reports_that_the_provider_has_no_charge(self, number: str) -> None:
        Charge.objects.all().delete()

        assert "nothing is known of it. Nothing is changed." in reconcile(number, "--apply")

    def test_settles_a_refund_and_a_void_alike(self, number: str, drain: Callable[[], None]) -> None:
        reconcile(number, "--apply")
        Payment.objects.update(state="refunding")
        Order.objects.update(status="cancelled", reason="refunded", cancelled_at=timezone.now())
        refunded = reconcile(number, "--state", "refunded", "--apply")
        Payment.objects.update(state="voiding")
        voided = reconcile(number, "--state", "voided", "--apply")

        assert "The payment is refunded now" in refunded
        assert "The payment is voided now" in voided

    def test_refuses_an_order_that_waits_for_no_answer(self, number: str) -> None:
        reconcile(number, "--apply")

        for unknown in (number, "MH-00000-00000"):
            with pytest.raises(CommandError, match="no payment of an order of this number waits for an answer"):
                reconcile(unknown, "--apply")

    def test_lets_the_dead_message_be_replayed(self, number: str, drain: Callable[[], None]) -> None:
        reconcile(number, "--apply")
        InboxMessage.objects.using("ordering").filter(state="dead").update(state="pending", available_at=timezone.now())

        assert outcome(drain) == ("confirmed", "", "captured", False)
        assert not InboxMessage.objects.using("ordering").exclude(state="handled").exists()
