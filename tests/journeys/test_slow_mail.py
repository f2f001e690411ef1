"""A mail server that takes its time: each order has its one confirmation all the same."""

import time
from collections import Counter
from datetime import timedelta

import pytest

from building_blocks.messaging import models
from building_blocks.messaging.publishing import send
from contexts.ordering.adapters import mail
from contexts.ordering.db import atomic
from contexts.ordering.domain.steps import SendConfirmation
from contexts.ordering.models import Order
from tests.shop import Shopper, stocked
from tests.threads import dispatching

pytestmark = pytest.mark.usefixtures("real_commits")

ORDERS, THREADS = 8, 2
LEASE = timedelta(seconds=2)
SLOW = 0.3  # seconds for each mail: more than a lease for all of them


def test_a_slow_mail_server_is_given_each_mail_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stocked("MUG", on_hand=ORDERS)
    for _ in range(ORDERS):
        shopper = Shopper()
        shopper.add("MUG")
        shopper.order()
    with dispatching(THREADS):
        pass
    sent: list[str] = []

    def send_slowly(kind: str, order: Order) -> None:
        sent.append(order.number)
        time.sleep(SLOW)

    monkeypatch.setattr(mail, "send", send_slowly)
    monkeypatch.setattr(models, "LEASE", LEASE)
    orders = list(Order.objects.all())
    with atomic():
        send(*(SendConfirmation(order_id=order.pk) for order in orders))
    with dispatching(THREADS):
        pass

    assert Counter(sent) == {order.number: 1 for order in orders}
