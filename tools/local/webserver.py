"""The web server of the demo: granian in a process of its own, which ends with this one."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tools.local import processes

HOST = "127.0.0.1"
START_TIMEOUT = 60.0  # seconds until the first answer
DRAIN_TIMEOUT = 15.0  # seconds that requests in flight may take to end


class WebServerUnavailable(Exception):
    """The web server cannot run; the message is one line with the reason and what to do."""


def check_port(port: str) -> int:
    """
    Return the port as a number.

    :raises WebServerUnavailable: it is no port, or is in use.
    """
    hint = "choose another with `PORT=8001 make demo`"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise WebServerUnavailable(f"PORT is {port!r}, which is no port: {hint}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # the last run's connections do not count
        try:
            probe.bind((HOST, int(port)))
        except OSError as error:
            raise WebServerUnavailable(f"Port {port} cannot be used ({error.strerror}): {hint}.") from None
    return int(port)


@contextmanager
def running(port: int, *, workers: str, threads: str) -> Iterator[subprocess.Popen[bytes]]:
    """
    Serve `config.wsgi` and yield the server's process once it answers; afterwards let requests in flight end.

    :raises WebServerUnavailable: it ends, or does not answer in time.
    """
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    command += ["--workers", workers, "--blocking-threads", threads, "--workers-kill-timeout", f"{DRAIN_TIMEOUT:.0f}"]
    command += ["--log-level", "error", "--no-access-log", "config.wsgi:application"]
    server = processes.start(command, death_signal=signal.SIGTERM, env=os.environ)
    try:
        wait_for_answer(server, port)
        yield server
    finally:
        processes.stop(server, signal.SIGTERM, timeout=DRAIN_TIMEOUT + 1)


def wait_for_answer(server: subprocess.Popen[bytes], port: int) -> None:
    """
    Wait until a server answers.

    :raises WebServerUnavailable: it has ended, or does not answer in time.
    """
    deadline = time.monotonic() + START_TIMEOUT
    while not _answers(port):
        if server.poll() is not None:
            raise WebServerUnavailable(
                f"The web server did not start (exit code {server.returncode}): its output is above."
            )
        if time.monotonic() > deadline:
            raise WebServerUnavailable(
                f"The web server has not answered for {START_TIMEOUT:.0f} s: is this machine busy?"
            )
        time.sleep(0.05)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
