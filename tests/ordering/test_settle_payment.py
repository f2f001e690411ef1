"""`manage.py settle_payment`: an order is stuck, and the provider, or an operator, says what is true."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from building_blocks.messaging.models import InboxMessage
from contexts.catalog.models import Stock
from contexts.ordering.models import Order, Payment
from demo_payments.models import Charge
from tests.shop import Shopper, stocked
from tests.tables import contents

pytestmark = pytest.mark.django_db(databases="__all__")

TIMES_OUT = "4000000000000119"


@pytest.fixture
def number(drain: Callable[[], None]) -> str:
    """An order whose money is taken, while the message that was to learn so is given up."""
    stocked("MUG", on_hand=10)
    shopper = Shopper()
    shopper.add("MUG")
    number: str = shopper.order(card=TIMES_OUT).json()["number"]
    drain()
    InboxMessage.objects.using("ordering").filter(handler="ordering.capture_payment").update(state="dead")
    return number


def settle(number: str, *options: str) -> str:
    printed = StringIO()
    call_command("settle_payment", number, *options, stdout=printed)
    return printed.getvalue()


def outcome(drain: Callable[[], None]) -> tuple[str, str, str, int, int]:
    drain()
    order, stock = Order.objects.get(), Stock.objects.get()
    return order.status, order.reason, order.payment.state, stock.on_hand, stock.reserved


class TestSettling:
    def test_says_what_is_true_and_changes_nothing_unless_that_is_asked_for(self, number: str) -> None:
        before = contents()

        printed = settle(number.lower())

        assert "is capturing; the provider says: captured. Nothing is changed" in printed
        assert contents() == before

    def test_confirms_an_order_that_the_provider_says_is_paid(self, number: str, drain: Callable[[], None]) -> None:
        printed = settle(number, "--apply")

        assert "The payment is captured now, the order confirmed." in printed
        assert outcome(drain) == ("confirmed", "", "captured", 9, 0)

    def test_cancels_an_order_that_an_operator_says_cannot_be_paid(
        self, number: str, drain: Callable[[], None]
    ) -> None:
        printed = settle(number, "--say", "declined", "--apply")

        assert "you say: declined. The payment is declined now, the order cancelled payment_declined." in printed
        assert outcome(drain) == ("cancelled", "payment_declined", "declined", 10, 0)

    def test_gives_up_where_the_answer_settles_nothing(self, number: str) -> None:
        before = contents()

        with pytest.raises(CommandError, match="replay its message"):
            settle(number, "--say", "authorised", "--apply")

        assert contents() == before

    def test_says_so_where_the_provider_knows_nothing(self, number: str) -> None:
        Charge.objects.all().delete()

        assert "nothing is known of it. Nothing is changed." in settle(number, "--apply")

    def test_settles_a_refund_and_a_void_alike(self, number: str, drain: Callable[[], None]) -> None:
        settle(number, "--apply")
        Payment.objects.update(state="refunding")
        Order.objects.update(status="cancelled", reason="refunded", cancelled_at=timezone.now())
        refunded = settle(number, "--say", "refunded", "--apply")
        Payment.objects.update(state="voiding")
        voided = settle(number, "--say", "voided", "--apply")

        assert "The payment is refunded now" in refunded
        assert "The payment is voided now" in voided

    def test_refuses_an_order_that_waits_for_no_answer(self, number: str) -> None:
        settle(number, "--apply")

        for unknown in (number, "MH-00000-00000"):
            with pytest.raises(CommandError, match="no payment of an order of this number waits for an answer"):
                settle(unknown, "--apply")

    def test_lets_the_message_that_was_given_up_be_replayed(self, number: str, drain: Callable[[], None]) -> None:
        settle(number, "--apply")
        InboxMessage.objects.using("ordering").filter(state="dead").update(state="pending", available_at=timezone.now())

        assert outcome(drain) == ("confirmed", "", "captured", 9, 0)
        assert not InboxMessage.objects.using("ordering").exclude(state="handled").exists()
