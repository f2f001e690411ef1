"""
A Postgres of our own next to the code: created when first needed, stopped with the process that started it.

It listens only on a Unix socket, in a folder that only its owner may enter, and requires no password. The process that
holds a lock file next to the data may start it. The server inherits the lock, so it is free exactly when no process of
that server lives, however the last one ended. Nothing here is meant for production.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.local_postgres import PORT as PORT
from config.local_postgres import url as url
from tools.local import binaries, processes
from tools.local.binaries import Binaries, PostgresUnavailable
from tools.local.cluster import Cluster, prepare

START_TIMEOUT = 30.0  # seconds that another process may take to start or stop it

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",
    "wal_level": "logical",  # as in docker compose, so that readers of the log can be added without a restart
}
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@contextmanager
def running(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """
    Run a server on `data_dir` and yield its administrator's address.

    If there is no data yet, it is created. If another process runs the server already, that server is used and left
    running. The server ends with the thread that started it: enter from one that lives as long as the process.

    :param durable: False makes it faster, and a power cut may lose the data.
    :raises PostgresUnavailable: with one line with the reason and what to do.
    """
    cluster = Cluster(data_dir.resolve())
    server = _start_unless_running(cluster, SETTINGS if durable else SETTINGS | NOT_DURABLE)
    try:
        yield url(data_dir)
    finally:
        if server:
            _stop(cluster, server)


def is_running(data_dir: Path) -> bool:
    """Return whether any process of the server of `data_dir` is alive."""
    if not Cluster(data_dir).lock.exists():
        return False
    with _locked(Cluster(data_dir), fcntl.LOCK_SH) as lock:
        return lock is None


def _start_unless_running(cluster: Cluster, settings: dict[str, str]) -> subprocess.Popen[bytes] | None:
    programs = binaries.find()
    cluster.data.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        with _locked(cluster, fcntl.LOCK_EX) as lock:
            if lock is not None:
                return _start(cluster, programs, settings, lock)
        if _answers(cluster, programs):
            return None
        time.sleep(0.05)
    raise PostgresUnavailable(
        f"The Postgres in {cluster.data} is held by another process and does not answer:"
        f" end that process (its log is {cluster.log})."
    )


def _start(cluster: Cluster, programs: Binaries, settings: dict[str, str], lock: int) -> subprocess.Popen[bytes]:
    user_switch = binaries.user_switch_command()
    prepare(cluster, programs, user_switch, lock)
    settings = {**settings, "unix_socket_directories": str(cluster.socket_dir)}
    options = [f"--{name}={value}" for name, value in settings.items()]
    command = [*user_switch, programs.program("postgres"), "-D", str(cluster.data), "-p", str(PORT), *options]
    server = cluster.launch(command, lock)
    try:
        while not _answers(cluster, programs):
            if server.poll() is not None:
                raise PostgresUnavailable(f"Postgres did not start: {cluster.error_summary()}")
            time.sleep(0.02)
    except BaseException:
        processes.stop(server, signal.SIGINT)
        raise
    return server


def _stop(cluster: Cluster, server: subprocess.Popen[bytes]) -> None:
    processes.stop(server, signal.SIGINT)
    with _locked(cluster, fcntl.LOCK_EX) as lock, suppress(OSError):
        if lock is not None:  # otherwise it was started again
            cluster.socket_dir.rmdir()


def _answers(cluster: Cluster, programs: Binaries) -> bool:
    address = ["-h", str(cluster.socket_dir), "-p", str(PORT), "-U", "postgres", "-d", "postgres"]
    return subprocess.run([programs.program("pg_isready"), "-q", *address]).returncode == 0  # noqa: S603


@contextmanager
def _locked(cluster: Cluster, kind: int) -> Iterator[int | None]:
    handle = os.open(cluster.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield handle if _try_lock(handle, kind) else None
    finally:
        os.close(handle)  # closed, not unlocked: a server that has inherited it still holds it


def _try_lock(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
