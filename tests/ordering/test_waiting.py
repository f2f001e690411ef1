"""Waiting until an order is settled, without holding what other requests need."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections
from pytest_django import DjangoCaptureOnCommitCallbacks

from building_blocks.databases.transactions import TransactionMisused
from contexts.ordering import waiting
from contexts.ordering.db import atomic
from contexts.ordering.models import Order
from contexts.ordering.use_cases.cancel_order import cancel_order
from contexts.ordering.waiting import notify_waiters, wait_until_settled
from demo_payments.models import Charge
from tests.clock import NOW
from tests.ordering.neighbours import Buyer
from tests.ordering.orders import placed

LONG = 20  # seconds; no test waits that long


class Waiters:
    """Clients in threads of their own, each of which waits for another order."""

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
    """Let no waiting request poll."""
    monkeypatch.setattr(waiting, "POLL_INTERVAL", LONG)


class TestWaiting:
    @pytest.mark.django_db(databases=["ordering"])
    @pytest.mark.usefixtures("_no_polling")
    def test_ends_as_soon_as_a_change_of_status_is_committed(
        self, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        order, waiters = placed(), Waiters(1)
        waiters.orders = [order.pk]

        with waiters.waiting() as (future,):
            waiters.settled.set()
            with django_capture_on_commit_callbacks(using="ordering", execute=True):
                cancel_order(order_id=order.pk, now=NOW)
                assert not future.done()
            future.result(timeout=LONG / 4)

    @pytest.mark.usefixtures("_no_polling")
    def test_is_woken_at_once_by_this_process(self) -> None:
        waiters = Waiters(1)

        with waiters.waiting() as (future,):
            waiters.settle()
            future.result(timeout=LONG / 4)

    def test_polls_for_an_order_that_another_process_settles(self) -> None:
        waiters = Waiters(1)

        with waiters.waiting() as (future,):
            waiters.settled.set()
            future.result(timeout=LONG / 4)

    @pytest.mark.django_db(databases=["ordering", "demo_payments"])
    @pytest.mark.usefixtures("_no_polling")
    def test_holds_no_connection_meanwhile(self) -> None:
        before = _connections()

        with Waiters(1, on_poll=lambda: (Order.objects.exists(), Charge.objects.exists())).waiting():
            end = time.monotonic() + LONG / 4
            while _connections() > before and time.monotonic() < end:
                time.sleep(0.02)
            meanwhile = _connections()

        assert meanwhile == before

    @pytest.mark.django_db(databases=["ordering"])
    def test_may_hold_no_transaction(self) -> None:
        with pytest.raises(TransactionMisused), atomic():
            wait_until_settled(uuid4(), lambda: False, seconds=LONG)

    @pytest.mark.django_db(databases=["ordering", "demo_payments"])
    @pytest.mark.usefixtures("neighbours")
    def test_ends_at_once_if_a_quarter_of_the_threads_wait_already(self) -> None:
        buyer = Buyer()
        buyer.put("MUG")
        token = buyer.card()

        with Waiters(settings.WEB_THREADS // 4).waiting() as futures:
            began = time.monotonic()
            response = buyer.order(payment_token=token, headers={"Prefer": "wait=10"})
            took = time.monotonic() - began
            still_waiting = not any(future.done() for future in futures)

        assert (response.status_code, still_waiting) == (202, True)
        assert took < 5


def _connections() -> int:
    """Return the number of client connections to this database."""
    with connections["ordering"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename IS NOT NULL"
        )
        (count,) = cursor.fetchone()
    return int(count)
