"""The shop to measure: a Postgres of its own with fsync, the demo's data and web server."""

import io
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from benchmarks.load import ORDER
from benchmarks.settings import DATA, DATABASE, THREADS
from contexts.basket.models import Coupon
from contexts.catalog.models import Product, Stock
from tools.local import postgres, webserver
from tools.seeding.command import Command as SeedingCommand

LARGE_QUANTITY = 10_000_000  # of everything, so that no purchase is refused
POLL_INTERVAL = 0.2  # seconds; polling costs Postgres a little, too
IDLE_TIMEOUT = 60.0  # seconds until everything that follows from a purchase must be done


class BenchmarkFailed(Exception):
    """The shop did not do its work, so the results would mean nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """
    :param web: process id of the web server.
    :param postgres: process id of the postmaster.
    """

    port: int
    web: int
    postgres: int
    slugs: list[str]
    skus: list[str]

    def wait_until_idle(self) -> None:
        """
        Wait until no message is unfinished, except those for a later time (the deadlines of orders).

        :raises BenchmarkFailed: it takes too long.
        """
        end = time.monotonic() + IDLE_TIMEOUT
        with psycopg.connect(postgres.url(DATA, DATABASE), autocommit=True) as administrator:
            while administrator.execute(_unfinished_messages_query()).fetchone() != (False,):
                if time.monotonic() > end:
                    raise BenchmarkFailed(f"Messages are still unfinished after {IDLE_TIMEOUT:.0f} s.")
                time.sleep(POLL_INTERVAL)

    def bring_deadlines_forward(self) -> None:
        """Make the deadline of every order due now; a settled order is only checked."""
        with psycopg.connect(postgres.url(DATA, DATABASE)) as administrator:
            administrator.execute(
                "UPDATE ordering.messaging_outboxmessage SET available_at = now() WHERE state = 'pending'"
            )

    def check_orders(self, expected: int) -> None:
        """
        Check that the clients have so many orders, each confirmed, and that one e-mail was written for each.

        :raises BenchmarkFailed: it is not so.
        """
        with psycopg.connect(postgres.url(DATA, DATABASE)) as administrator:
            rows = administrator.execute(
                "SELECT status, count(*) FROM ordering.ordering_order WHERE email = %s GROUP BY 1", [ORDER["email"]]
            ).fetchall()
        mails = len(list(settings.EMAIL_FILE_PATH.glob("*.eml")))
        if rows != [("confirmed", expected)] or mails != expected:
            raise BenchmarkFailed(f"{expected} purchases led to orders {dict(rows)} and {mails} e-mails.")


@contextmanager
def running() -> Iterator[Shop]:
    """
    Open a new shop and yield it; the data of the last measurement is deleted.

    :raises PostgresUnavailable: there is no Postgres.
    :raises BenchmarkFailed: another measurement is running.
    :raises WebServerUnavailable: the web server does not start.
    """
    if postgres.is_running(DATA):
        raise BenchmarkFailed(f"{DATA} is in use: let the other measurement end first.")
    with postgres.running(DATA):
        with psycopg.connect(postgres.url(DATA), autocommit=True) as administrator:
            administrator.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        slugs, skus = _seed()
        port = free_port()
        with webserver.running(port, workers="1", threads=str(THREADS)) as server:
            postmaster = int((DATA / "postmaster.pid").read_text().split()[0])
            yield Shop(port=port, web=server.pid, postgres=postmaster, slugs=slugs, skus=skus)


def _seed() -> tuple[list[str], list[str]]:
    """Create the databases and the demo's data, with plenty of stock, and return the slugs and SKUs."""
    shutil.rmtree(settings.EMAIL_FILE_PATH, ignore_errors=True)
    call_command("provision", verbosity=0)
    call_command(SeedingCommand(), "--scale=1", stdout=io.StringIO())
    Stock.objects.update(on_hand=LARGE_QUANTITY)
    Coupon.objects.update(max_uses=LARGE_QUANTITY)
    seeded = (
        list(Product.objects.order_by("slug").values_list("slug", flat=True)),
        list(Stock.objects.order_by("pk").values_list("pk", flat=True)),
    )
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # only Postgres has it
    return seeded


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((webserver.HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _unfinished_messages_query() -> str:
    unfinished = " UNION ALL ".join(
        f"SELECT 1 FROM {context}.messaging_outboxmessage"
        " WHERE state IN ('pending', 'sent') AND available_at < now() + interval '1 minute'"
        f" UNION ALL SELECT 1 FROM {context}.messaging_inboxmessage WHERE state = 'pending'"
        for context in settings.CONTEXTS
    )
    return f"SELECT EXISTS ({unfinished})"
