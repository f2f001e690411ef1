"""Two transactions write one order at the same time: the second sees the result of the first, and acts on it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from contexts.catalog.models import Stock
from contexts.ordering.domain import charge
from contexts.ordering.domain.commands import AuthorisePayment, CheckPaymentBeforeExpiry
from contexts.ordering.domain.status import TransitionRefused
from contexts.ordering.models import Order
from contexts.ordering.use_cases.cancel_order import cancel_order
from contexts.ordering.use_cases.record_authorisation import record_authorisation
from contexts.ordering.use_cases.record_grant import record_grant
from contexts.ordering.use_cases.record_payment_check import PaymentCheck, record_payment_check
from demo_payments.models import Charge
from messaging.models import InboxMessage
from tests.clock import run_until_idle_at
from tests.journeys.purchases import NEEDS_APPROVAL
from tests.shop import Shopper, create_variant
from tests.threads import concurrently, dispatcher_running, interleaved

pytestmark = pytest.mark.usefixtures("real_commits")

SEND = "contexts.ordering.order_changes.send"


class Buyer:
    """A buyer who has just approved the payment by the first card; the shop has not received the approval yet."""

    def __init__(self, drain: Callable[[], None]) -> None:
        create_variant("MUG", on_hand=10)
        self.shopper = Shopper()
        self.shopper.add("MUG")
        self.address = self.shopper.order(card=NEEDS_APPROVAL).headers["Location"]
        drain()
        Client().post(self.shopper.get(self.address).json()["payment"]["next_action"], {"decision": "approve"})
        self.order, self.card = Order.objects.get(), self.shopper.card()

    def receives_the_approval(self) -> None:
        approved = charge.Charge(state="authorised")
        record_authorisation(AuthorisePayment(order_id=self.order.pk), approved, now=timezone.now())

    def is_cancelled_by_the_shop(self) -> bool:
        try:
            cancel_order(order_id=self.order.pk, now=timezone.now())
        except TransitionRefused:
            return False
        return True

    def cancels(self) -> bool:
        return self._post(f"{self.address}/cancel", None)

    def pays_again(self) -> bool:
        return self._post(f"{self.address}/payments", {"payment_token": self.card})

    def orders_more(self) -> bool:
        self.shopper.add("MUG")
        return int(self.shopper.order(payment_token=self.card).status_code) == 202

    def is_out_of_time(self) -> bool:
        command = CheckPaymentBeforeExpiry(order_id=self.order.pk, payment_id=self.order.payment.pk)
        unapproved = PaymentCheck(charge=charge.Charge(state="action_required"))
        record_payment_check(command, unapproved, now=timezone.now() + timedelta(days=2))
        return Order.objects.get().status == "cancelled"

    def _post(self, path: str, body: Any) -> bool:
        response = self.shopper.send("post", path, body, **{"Idempotency-Key": str(uuid4())})
        assert response.status_code in (200, 202) or response.json()["code"] == "step_refused"
        return bool(response.status_code < 300)


@pytest.fixture
def buyer(drain: Callable[[], None]) -> Buyer:
    return Buyer(drain)


def run_until_idle() -> None:
    for later in (timedelta(minutes=1), timedelta(hours=1), timedelta(days=2)):
        run_until_idle_at(timezone.now() + later)


def current_state() -> dict[str, list[Any]]:
    """Return what must agree: orders with their payments, the provider's charges, stock, and dead messages."""
    orders = Order.objects.order_by("placed_at").prefetch_related("payments")
    stock = Stock.objects.get()
    return {
        "orders": [(order.status, order.reason, [paid.state for paid in order.payments.all()]) for order in orders],
        "charges": sorted(Charge.objects.values_list("status", flat=True)),
        "stock": [stock.on_hand, stock.reserved],
        "dead": [
            handler
            for alias in settings.CONTEXTS.values()
            for handler in InboxMessage.objects.using(alias).filter(state="dead").values_list("handler", flat=True)
        ],
    }


PAID = {"orders": [("confirmed", "", ["captured"])], "charges": ["captured"], "stock": [9, 0], "dead": []}


@pytest.mark.parametrize(
    "action",
    [Buyer.is_cancelled_by_the_shop, Buyer.cancels, Buyer.pays_again, Buyer.orders_more, Buyer.is_out_of_time],
    ids=lambda action: action.__name__,
)
def test_an_order_whose_capture_is_asked_for_a_moment_earlier_goes_on_to_be_paid(
    buyer: Buyer, action: Callable[[Buyer], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = interleaved(monkeypatch, SEND, buyer.receives_the_approval, partial(action, buyer))
    run_until_idle()

    assert not done
    assert current_state() == PAID


@pytest.mark.parametrize(
    ("action", "orders", "charges", "sold"),
    [
        (Buyer.is_cancelled_by_the_shop, [("cancelled", "cancelled_by_shop", ["voided"])], ["voided"], 0),
        (Buyer.cancels, [("cancelled", "cancelled_by_buyer", ["voided"])], ["voided"], 0),
        (Buyer.is_out_of_time, [("cancelled", "not_paid_in_time", ["voided"])], ["voided"], 0),
        (Buyer.pays_again, [("confirmed", "", ["voided", "captured"])], ["captured", "voided"], 1),
        (
            Buyer.orders_more,
            [("cancelled", "replaced", ["voided"]), ("confirmed", "", ["captured"])],
            ["captured", "voided"],
            2,
        ),
    ],
    ids=lambda action: getattr(action, "__name__", ""),
)
def test_an_approval_that_comes_a_moment_too_late_takes_no_money(
    buyer: Buyer,
    action: Callable[[Buyer], bool],
    orders: list[Any],
    charges: list[str],
    sold: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    interleaved(monkeypatch, SEND, partial(action, buyer), buyer.receives_the_approval)
    run_until_idle()

    assert current_state() == {"orders": orders, "charges": charges, "stock": [10 - sold, 0], "dead": []}


def test_an_order_that_is_cancelled_while_its_payment_begins_leaves_no_charge_open_at_the_provider(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create_variant("MUG", on_hand=10)
    shopper = Shopper()
    shopper.add("MUG")
    shopper.order()
    order_id = Order.objects.get().pk

    interleaved(
        monkeypatch,
        SEND,
        partial(record_grant, order_id=order_id, stock=True, now=timezone.now()),
        partial(cancel_order, order_id=order_id, now=timezone.now()),
    )
    run_until_idle()

    assert current_state() == {
        "orders": [("cancelled", "cancelled_by_shop", ["voided"])],
        "charges": ["voided"],
        "stock": [10, 0],
        "dead": [],
    }


def test_two_tabs_that_pay_again_at_the_same_time_pay_once(buyer: Buyer) -> None:
    cards = [buyer.card, buyer.shopper.card()]

    with dispatcher_running():
        responses = concurrently(
            *[
                partial(
                    buyer.shopper.send,
                    "post",
                    f"{buyer.address}/payments",
                    {"payment_token": card},
                    **{"Idempotency-Key": card},
                )
                for card in cards
            ]
        )
    run_until_idle_at(timezone.now() + timedelta(days=2))

    state = current_state()
    assert {response.status_code for response in responses} <= {202, 201, 409}
    assert [(status, reason) for status, reason, _ in state["orders"]] == [("confirmed", "")]
    assert state["charges"].count("captured") == 1
    assert set(state["charges"]) == {"captured", "voided"}
    assert (state["stock"], state["dead"]) == ([9, 0], [])
