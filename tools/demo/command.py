"""
`python -m tools.demo`: the whole shop on this machine, in the foreground, until Ctrl-C.

This is the process behind `make demo`: it starts Postgres and the web server, and they end with it.
"""

import io
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any, NoReturn

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from tools.demo.purchase import shell_command
from tools.local import binaries, postgres, processes, webserver
from tools.local.binaries import PostgresUnavailable
from tools.local.webserver import WebServerUnavailable
from tools.seeding.command import Command as SeedingCommand
from tools.seeding.scale import InvalidScale, parse_scale

DATA = settings.LOCAL_DIR / "postgres"


class Command(BaseCommand):
    help = "Runs the whole shop on this machine until Ctrl-C, on PORT (8000)."
    requires_system_checks = []  # `make check` runs them; here they only cost time

    def handle(self, **options: Any) -> None:
        _stop_on_signals()
        with ExitStack() as stack:
            try:
                self._start(stack)
            except (PostgresUnavailable, WebServerUnavailable, InvalidScale, OSError) as error:
                raise CommandError(str(error)) from error
            except (OperationalError, psycopg.OperationalError, psycopg.errors.InsufficientPrivilege) as error:
                reason = str(error).strip().partition("\n")[0]
                raise CommandError(f"The database refuses: {reason}. Is DATABASE_URL right?") from error

    def _start(self, stack: ExitStack) -> NoReturn:
        port = webserver.check_port(os.environ.get("PORT") or "8000")
        scale = parse_scale(os.environ.get("SCALE") or "1")
        own_postgres = not os.environ.get("DATABASE_URL")
        if own_postgres:
            with self._timed(f"Postgres {binaries.find().version}"):
                stack.enter_context(postgres.running(DATA))
        with self._timed("Databases"):
            call_command("provision", verbosity=0)
        summary = io.StringIO()
        with self._timed("Demo data"):
            call_command(SeedingCommand(), scale=str(scale), stdout=summary)
            _disconnect()
        with self._timed("Web server"):
            threads, workers = os.environ.get("WEB_THREADS") or "8", os.environ.get("WEB_WORKERS") or "1"
            server = stack.enter_context(webserver.running(port, workers=workers, threads=threads))
        self._print_welcome(f"http://{webserver.HOST}:{port}", summary.getvalue())
        _watch(server, own_postgres=own_postgres)

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        self.stdout.write(f"{what} … ", ending="")
        self.stdout.flush()
        began = time.monotonic()
        try:
            yield
        except BaseException:
            self.stdout.write("")
            raise
        self.stdout.write(f"{time.monotonic() - began:.1f} s")
        self.stdout.flush()

    def _print_welcome(self, shop: str, summary: str) -> None:
        self.stdout.write(f"""
The shop is open. Ctrl-C closes it and keeps its data; `make reset` deletes the data.

  API documents  {shop}/api/docs/
  Products       {shop}/api/v1/catalog/products
  E-mails        {settings.EMAIL_FILE_PATH}
{summary}
Buy something, from another shell:

{shell_command(shop)}
""")
        self.stdout.flush()


def _stop_on_signals() -> None:
    if "MAKELEVEL" in os.environ:  # the demo may outlive a shell, but not make
        processes.die_with_parent(signal.SIGTERM)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
            signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    for later_signal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(later_signal, signal.SIG_IGN)  # everything is being stopped already
    raise SystemExit(0)


def _disconnect() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()


def _watch(server: subprocess.Popen[bytes], *, own_postgres: bool) -> NoReturn:
    while True:
        if server.poll() is not None:
            raise WebServerUnavailable(
                f"The web server ended by itself (exit code {server.returncode}): its output is above."
            )
        if own_postgres and not postgres.is_running(DATA):
            raise PostgresUnavailable(f"Postgres ended by itself: see {DATA}.log.")
        time.sleep(0.3)
