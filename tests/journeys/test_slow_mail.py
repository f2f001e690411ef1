"""A slow mail server: each order still gets exactly one confirmation."""

import time
from collections import Counter
from datetime import timedelta

import pytest

from contexts.ordering.adapters import mail
from contexts.ordering.db import atomic
from contexts.ordering.domain.commands import SendConfirmation
from contexts.ordering.models import Order
from messaging import models
from messaging.publishing import send
from tests.shop import Shopper, create_variant
from tests.threads import dispatcher_running

pytestmark = pytest.mark.usefixtures("real_commits")

ORDERS, THREADS = 8, 2
LEASE = timedelta(seconds=2)
SECONDS_PER_EMAIL = 0.3  # all of them together take more than a lease


def test_a_slow_mail_server_gets_each_email_once(monkeypatch: pytest.MonkeyPatch) -> None:
    create_variant("MUG", on_hand=ORDERS)
    for _ in range(ORDERS):
        shopper = Shopper()
        shopper.add("MUG")
        shopper.order()
    with dispatcher_running(THREADS):
        pass
    sent: list[str] = []

    def send_slowly(kind: str, order: Order) -> None:
        sent.append(order.number)
        time.sleep(SECONDS_PER_EMAIL)

    monkeypatch.setattr(mail, "send", send_slowly)
    monkeypatch.setattr(models, "LEASE", LEASE)
    orders = list(Order.objects.all())
    with atomic():
        send(*(SendConfirmation(order_id=order.pk) for order in orders))
    with dispatcher_running(THREADS):
        pass

    assert Counter(sent) == {order.number: 1 for order in orders}
