"""`manage.py reconcile_payment`: an order is stuck, and the provider, or an operator, says what is true."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from contexts.catalog.models import Stock
from contexts.ordering.models import Order, Payment
from demo_payments.models import Charge
from messaging.models import InboxMessage
from tests.shop import Shopper, create_variant
from tests.tables import contents

pytestmark = pytest.mark.django_db(databases="__all__")

TIMES_OUT = "4000000000000119"


@pytest.fixture
def number(drain: Callable[[], None]) -> str:
    """An order whose money is taken, while the message that was to learn so is given up."""
    create_variant("MUG", on_hand=10)
    shopper = Shopper()
    shopper.add("MUG")
    number: str = shopper.order(card=TIMES_OUT).json()["number"]
    drain()
    InboxMessage.objects.using("ordering").filter(handler="ordering.capture_payment").update(state="dead")
    return number


def reconcile(number: str, *options: str) -> str:
    printed = StringIO()
    call_command("reconcile_payment", number, *options, stdout=printed)
    return printed.getvalue()


def outcome(drain: Callable[[], None]) -> tuple[str, str, str, int, int]:
    drain()
    order, stock = Order.objects.get(), Stock.objects.get()
    return order.status, order.reason, order.payment.state, stock.on_hand, stock.reserved


class TestReconciling:
    def test_says_what_is_true_and_changes_nothing_unless_that_is_asked_for(self, number: str) -> None:
        before = contents()

        printed = reconcile(number.lower())

        assert "is capturing; the provider says: captured. Nothing is changed" in printed
        assert contents() == before

    def test_confirms_an_order_that_the_provider_says_is_paid(self, number: str, drain: Callable[[], None]) -> None:
        printed = reconcile(number, "--apply")

        assert "The payment is captured now, the order confirmed." in printed
        assert outcome(drain) == ("confirmed", "", "captured", 9, 0)

    def test_cancels_an_order_that_an_operator_says_cannot_be_paid(
        self, number: str, drain: Callable[[], None]
    ) -> None:
        printed = reconcile(number, "--state", "declined", "--apply")

        assert "you say: declined. The payment is declined now, the order cancelled payment_declined." in printed
        assert outcome(drain) == ("cancelled", "payment_declined", "declined", 10, 0)

    def test_gives_up_where_the_answer_settles_nothing(self, number: str) -> None:
        before = contents()

        with pytest.raises(CommandError, match="replay its message"):
            reconcile(number, "--state", "authorised", "--apply")

        assert contents() == before

    def test_says_so_where_the_provider_knows_nothing(self, number: str) -> None:
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

        assert outcome(drain) == ("confirmed", "", "captured", 9, 0)
        assert not InboxMessage.objects.using("ordering").exclude(state="handled").exists()
