"""The shop: a database, a broker, workers and web processes, each of which is always ended by SIGKILL."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from contexts.catalog.use_cases.change_stock import change_stock
from tests.chaos.settings import DATA, DATABASE, LOCAL, LOG, SENT_MAIL
from tests.messaging.celery.processes import broker, broker_url, worker
from tests.server import free_port, kill
from tests.shop import coupon, create_variant
from tools.local import postgres, webserver
from tools.local.binaries import PostgresUnavailable

BROKER_DATA = LOCAL / "broker"
WORKERS = (("catalog", "threads"), ("basket,identity", "threads"), ("ordering", "threads"), ("ordering", "prefork"))
WEB_PROCESSES = 2
PLENTY = 1_000_000
COMMON, SCARCE = [f"COMMON-{number}" for number in range(30)], [f"SCARCE-{number}" for number in range(5)]
COMMON_COUPON, SCARCE_COUPON = "TENTH", "FIRST-COME"


class ManagedProcess:
    """A process that can be killed and started again."""

    def __init__(self, name: str, run: Callable[[], AbstractContextManager[object]]) -> None:
        self.name = name
        self._run, self._running = run, ExitStack()

    def start(self) -> None:
        self._running.enter_context(self._run())

    def kill(self) -> None:
        self._running.close()


@dataclass(frozen=True, kw_only=True)
class Environment:
    database: ManagedProcess
    broker: ManagedProcess
    workers: list[ManagedProcess]
    webs: list[ManagedProcess]
    ports: list[int]

    @property
    def parts(self) -> list[ManagedProcess]:
        """All processes, in the order in which they are started."""
        return [self.database, self.broker, *self.workers, *self.webs]

    def delete_broker_data(self) -> None:
        """Delete the broker's data; call this only while the broker is not running."""
        shutil.rmtree(BROKER_DATA, ignore_errors=True)


@contextmanager
def running(units: int) -> Iterator[Environment]:
    """
    Start a new shop, and yield it once it serves; delete what the last run left behind.

    :param units: the stock of each scarce SKU, and the uses of the scarce coupon.
    :raises PostgresUnavailable: Postgres is not installed, or another run uses it.
    :raises WebServerUnavailable: a web process does not start.
    """
    if postgres.is_running(DATA):
        raise PostgresUnavailable(f"{DATA} is in use: let the other run end first.")
    broker_port, ports = free_port(), [free_port() for _ in range(WEB_PROCESSES)]
    os.environ["CELERY_BROKER_URL"] = broker_url(broker_port)
    environment = Environment(
        database=ManagedProcess("Postgres", _database),
        broker=ManagedProcess("broker", partial(_broker, broker_port)),
        workers=[
            ManagedProcess(f"worker of {queues} ({pool})", partial(_worker, queues, broker_port, pool))
            for queues, pool in WORKERS
        ],
        webs=[ManagedProcess(f"web process {number}", partial(_web, port)) for number, port in enumerate(ports, 1)],
        ports=ports,
    )
    shutil.rmtree(SENT_MAIL, ignore_errors=True)
    SENT_MAIL.mkdir(parents=True)
    environment.delete_broker_data()
    try:
        environment.database.start()
        _stock_up(units)
        for part in environment.parts[1:]:
            part.start()
        yield environment
    finally:
        for part in reversed(environment.parts):
            part.kill()


def _stock_up(units: int) -> None:
    """Create a new database, with a row in the ledger for every piece of stock."""
    with psycopg.connect(postgres.url(DATA), autocommit=True) as administrator:
        administrator.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)".encode())
    call_command("provision", verbosity=0)
    for number, sku in enumerate(COMMON + SCARCE):
        create_variant(sku, price=f"{10 + number}.00", on_hand=0)
        quantity = PLENTY if sku in COMMON else units
        change_stock(sku=sku, delta=quantity, reason="received", operator_id=uuid4(), now=timezone.now())
    coupon(COMMON_COUPON, max_uses=PLENTY)
    coupon(SCARCE_COUPON, max_uses=units)
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # only Postgres has it


@contextmanager
def _database() -> Iterator[None]:
    with postgres.running(DATA):
        postmaster = int((DATA / "postmaster.pid").read_text().split()[0])
        try:
            yield
        finally:
            os.kill(postmaster, signal.SIGKILL)


@contextmanager
def _broker(port: int) -> Iterator[None]:
    BROKER_DATA.mkdir(exist_ok=True)
    with broker(port, data_dir=BROKER_DATA):
        yield


@contextmanager
def _worker(queues: str, port: int, pool: str) -> Iterator[None]:
    own = {"DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
    with (
        LOG.open("ab") as log,
        worker(queues, broker_url(port), mailbox=SENT_MAIL, pool=pool, output=log, **own),
    ):
        yield


@contextmanager
def _web(port: int) -> Iterator[None]:
    with webserver.running(port, workers="1", threads=str(settings.WEB_THREADS)) as server:
        try:
            yield
        finally:
            kill(server.pid)
