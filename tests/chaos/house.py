"""The shop: a database, a broker, workers and web processes, each of which always ends by SIGKILL."""

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
from devserver import postgres, webserver
from devserver.binaries import PostgresUnavailable
from tests.celery_bus.processes import broker, broker_url, worker
from tests.chaos.settings import DATA, DATABASE, LOCAL, LOG, SENDINGS
from tests.server import free_port, kill
from tests.shop import coupon, stocked

BROKER_KEEPS = LOCAL / "broker"
WORKERS = (("catalog", "threads"), ("basket,identity", "threads"), ("ordering", "threads"), ("ordering", "prefork"))
WEB_PROCESSES = 2
PLENTY = 1_000_000
COMMON, SCARCE = [f"COMMON-{number}" for number in range(30)], [f"SCARCE-{number}" for number in range(5)]
COMMON_COUPON, SCARCE_COUPON = "TENTH", "FIRST-COME"


class Part:
    """A process that can be killed, and started again."""

    def __init__(self, name: str, life: Callable[[], AbstractContextManager[object]]) -> None:
        self.name = name
        self._begin, self._life = life, ExitStack()

    def start(self) -> None:
        self._life.enter_context(self._begin())

    def kill(self) -> None:
        self._life.close()


@dataclass(frozen=True, kw_only=True)
class House:
    database: Part
    broker: Part
    workers: list[Part]
    webs: list[Part]
    ports: list[int]

    @property
    def parts(self) -> list[Part]:
        """All of them, in the order in which they are started."""
        return [self.database, self.broker, *self.workers, *self.webs]

    def forget_messages(self) -> None:
        """Throw away what the broker keeps; for while it is not running."""
        shutil.rmtree(BROKER_KEEPS, ignore_errors=True)


@contextmanager
def opened(pieces: int) -> Iterator[House]:
    """
    Open a new shop, and yield it once it serves; whatever the last one left behind is forgotten.

    :param pieces: how many there are of each scarce thing.
    :raises PostgresUnavailable: there is no Postgres to be had, or another run has it.
    :raises WebServerUnavailable: a web process does not start.
    """
    if postgres.is_running(DATA):
        raise PostgresUnavailable(f"{DATA} is in use: let the other run end first.")
    broker_port, ports = free_port(), [free_port() for _ in range(WEB_PROCESSES)]
    os.environ["CELERY_BROKER_URL"] = broker_url(broker_port)
    house = House(
        database=Part("Postgres", _database),
        broker=Part("broker", partial(_broker, broker_port)),
        workers=[
            Part(f"worker of {queues} ({pool})", partial(_worker, queues, broker_port, pool))
            for queues, pool in WORKERS
        ],
        webs=[Part(f"web process {number}", partial(_web, port)) for number, port in enumerate(ports, 1)],
        ports=ports,
    )
    shutil.rmtree(SENDINGS, ignore_errors=True)
    SENDINGS.mkdir(parents=True)
    house.forget_messages()
    try:
        house.database.start()
        _stock_up(pieces)
        for part in house.parts[1:]:
            part.start()
        yield house
    finally:
        for part in reversed(house.parts):
            part.kill()


def _stock_up(pieces: int) -> None:
    """Make a new database, in which the ledger tells of every piece in the house."""
    with psycopg.connect(postgres.url(DATA), autocommit=True) as administrator:
        administrator.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)".encode())
    call_command("provision", verbosity=0)
    for number, sku in enumerate(COMMON + SCARCE):
        stocked(sku, price=f"{10 + number}.00", on_hand=0)
        some = PLENTY if sku in COMMON else pieces
        change_stock(sku=sku, delta=some, reason="received", operator_id=uuid4(), now=timezone.now())
    coupon(COMMON_COUPON, max_uses=PLENTY)
    coupon(SCARCE_COUPON, max_uses=pieces)
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # Postgres's alone


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
    BROKER_KEEPS.mkdir(exist_ok=True)
    with broker(port, keeps=BROKER_KEEPS):
        yield


@contextmanager
def _worker(queues: str, port: int, pool: str) -> Iterator[None]:
    own = {"DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
    with (
        LOG.open("ab") as log,
        worker(queues, broker_url(port), mailbox=SENDINGS, pool=pool, output=log, **own),
    ):
        yield


@contextmanager
def _web(port: int) -> Iterator[None]:
    with webserver.running(port, workers="1", threads=str(settings.WEB_THREADS)) as server:
        try:
            yield
        finally:
            kill(server.pid)
