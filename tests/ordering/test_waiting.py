"""Waiting until an order is settled holds nothing that others need."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections

from building_blocks.databases.transactions import TransactionMisused
from contexts.basket.models import Basket
from contexts.ordering import waiting
from contexts.ordering.db import atomic
from contexts.ordering.models import Order
from contexts.ordering.waiting import notify_waiters, wait_until_settled
from tests.shop import Shopper, create_variant

LONG = 20  # seconds; no test waits so long


class Waiters:
    """Clients that wait, each for an order of its own, in threads of their own."""

    def __init__(self, number: int, on_poll: Callable[[], object] = bool) -> None:
        self.orders: list[UUID] = [uuid4() for _ in range(number)]
        self.settled = threading.Event()
        self._on_poll = on_poll
        self._polled = threading.Semaphore(0)

    def is_settled(self) -> bool:
        self._on_poll()
        self._polled.release()
        return self.settled.is_set()

    @contextmanager
    def waiting(self) -> Iterator[list[Future[None]]]:
        with ThreadPoolExecutor(len(self.orders)) as pool:
            futures = [pool.submit(wait_until_settled, o, self.is_settled, seconds=LONG) for o in self.orders]
            for _ in futures:
                assert self._polled.acquire(timeout=LONG)
            try:
                yield futures
            finally:
                self.settle()

    def settle(self) -> None:
        self.settled.set()
        for order_id in self.orders:
            notify_waiters(order_id)


@pytest.fixture
def _no_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody look again by himself."""
    monkeypatch.setattr(waiting, "POLL_INTERVAL", LONG)


class TestWaiting:
    @pytest.mark.usefixtures("_no_polling")
    def test_is_woken_at_once_by_this_process(self) -> None:
        waiters = Waiters(1)

        with waiters.waiting() as (future,):
            waiters.settle()
            future.result(timeout=LONG / 4)

    def test_polls_for_what_another_process_has_done(self) -> None:
        waiters = Waiters(1)

        with waiters.waiting() as (future,):
            waiters.settled.set()
            future.result(timeout=LONG / 4)

    @pytest.mark.django_db(databases=["ordering", "basket"])
    @pytest.mark.usefixtures("_no_polling")
    def test_holds_no_connection_meanwhile(self) -> None:
        before = _connections()

        with Waiters(1, on_poll=lambda: (Order.objects.exists(), Basket.objects.exists())).waiting():
            end = time.monotonic() + LONG / 4
            while _connections() > before and time.monotonic() < end:
                time.sleep(0.02)
            meanwhile = _connections()

        assert meanwhile == before

    @pytest.mark.django_db(databases=["ordering"])
    def test_may_hold_no_transaction(self) -> None:
        with pytest.raises(TransactionMisused), atomic():
            wait_until_settled(uuid4(), lambda: False, seconds=LONG)

    @pytest.mark.django_db(databases="__all__")
    def test_is_answered_at_once_where_a_quarter_of_the_threads_wait_already(self) -> None:
        create_variant("MUG")
        shopper = Shopper()
        shopper.add("MUG")
        token = shopper.card()

        with Waiters(settings.WEB_THREADS // 4).waiting() as futures:
            began = time.monotonic()
            response = shopper.order(payment_token=token, headers={"Prefer": "wait=10"})
            took = time.monotonic() - began
            still_waiting = not any(future.done() for future in futures)

        assert (response.status_code, still_waiting) == (202, True)
        assert took < 5


def _connections() -> int:
    """Count the connections to this database, whoever holds them, but not Postgres's own workers."""
    with connections["ordering"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename IS NOT NULL"
        )
        (count,) = cursor.fetchone()
    return int(count)
