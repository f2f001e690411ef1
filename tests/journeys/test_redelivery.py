"""Messages that are delivered twice, late, or to a failing handler: in the end each has its effect once."""

from collections.abc import Callable
from functools import partial
from io import StringIO
from itertools import pairwise
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.utils import timezone

from contexts.basket.models import Basket, BasketItem, Coupon
from contexts.catalog.models import Stock
from contexts.ordering.db import atomic
from contexts.ordering.models import Order
from contexts.ordering.published.dto import OrderedLine
from contexts.ordering.published.events import OrderConfirmed
from demo_payments.models import Charge
from messaging import relay as relaying
from messaging.inbox import handle
from messaging.models import InboxMessage
from messaging.publishing import publish
from messaging.relay import relay
from messaging.retry_delays import MAX_ATTEMPTS
from tests.clock import run_until_idle_at
from tests.redelivery import DuplicatingBus, resend_everything
from tests.shop import Shopper, coupon, create_variant
from tests.threads import concurrently

every_database = pytest.mark.django_db(databases="__all__")


def empty_baskets_inbox() -> None:
    while handle("basket", now=timezone.now()):
        pass


def purchase_state() -> tuple[object, ...]:
    """Return all that a purchase changes."""
    return (
        Order.objects.values_list("status", "payments__state").get(),
        Charge.objects.values_list("status", "amount").get(),
        Stock.objects.values_list("on_hand", "reserved").get(),
        Coupon.objects.get().uses,
        list(BasketItem.objects.values_list("sku", "quantity")),
        len(mail.outbox),
    )


@every_database
def test_a_purchase_of_which_every_message_comes_twice_and_once_more_is_one_purchase(
    drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "bus", DuplicatingBus)
    create_variant("MUG", on_hand=10)
    coupon("TENTH")
    shopper = Shopper()
    shopper.add("MUG", 3)
    shopper.send("put", "/api/v1/basket/coupon", {"code": "TENTH"})
    shopper.order()
    drain()
    shopper.add("MUG", 4)

    once = purchase_state()
    resend_everything()
    drain()

    assert once == (("confirmed", "captured"), ("captured", 27), (7, 0), 1, [("MUG", 4)], 1)
    assert purchase_state() == once


@pytest.mark.usefixtures("real_commits")
def test_an_inbox_that_many_workers_handle_at_once_has_each_effect_once() -> None:
    create_variant("MUG", on_hand=999)
    Shopper().add("MUG", 500)
    basket = Basket.objects.get()
    for _ in range(40):
        with atomic():
            publish(
                OrderConfirmed(
                    order_id=uuid4(),
                    number="MH-00000-00000",
                    basket_id=basket.pk,
                    lines=[OrderedLine(sku="MUG", quantity=3)],
                    confirmed_at=timezone.now(),
                )
            )

    concurrently(*[partial(relay, "ordering", now=timezone.now())] * 4)
    concurrently(*[empty_baskets_inbox] * 4)

    assert not InboxMessage.objects.using("basket").exclude(state="handled").exists()
    assert BasketItem.objects.get().quantity == 500 - 40 * 3


@every_database
def test_an_email_is_sent_after_a_long_outage_of_the_mail_server_once_an_operator_replays_it(
    drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> int:
        raise ConnectionRefusedError

    def sending() -> InboxMessage:
        return InboxMessage.objects.using("ordering").get(handler="ordering.send_confirmation")

    create_variant("MUG")
    shopper = Shopper()
    shopper.add("MUG")
    placed = shopper.order()
    with monkeypatch.context() as outage:
        outage.setattr(EmailBackend, "send_messages", refuse)
        drain()
        due = [sending().available_at]
        while sending().state == "pending":
            run_until_idle_at(due[-1])
            due.append(sending().available_at)
    dead, status = sending(), StringIO()

    call_command("events", "status", stdout=status)
    call_command("events", "replay", str(dead.message_id), stdout=StringIO())
    drain()

    pauses = [later - earlier for earlier, later in pairwise(due[:-1])]
    assert len(pauses) == MAX_ATTEMPTS - 2
    assert pauses == sorted(pauses), "longer each time"
    assert f"{dead}: ConnectionRefusedError" in status.getvalue()
    assert shopper.get(placed.headers["Location"]).json()["status"] == "confirmed", "as it was during the outage"
    assert len(mail.outbox) == 1
