"""A web server in its own process, which a test can kill, and an HTTP client for it."""

import http.client
import json
import os
import signal
import socket
from dataclasses import dataclass
from typing import Any

from tools.local import webserver

MODULE = "tests.settings_server"


@dataclass(frozen=True)
class Response:
    status_code: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class HttpClient:
    """Replaces Django's test client in `tests.client.Shopper`."""

    port: int
    timeout: float = 30  # seconds

    def get(self, path: str, *, headers: dict[str, str]) -> Response:
        return self._send("GET", path, None, headers)

    def post(self, path: str, body: str, *, content_type: str, headers: dict[str, str]) -> Response:
        return self._send("POST", path, body, headers | {"Content-Type": content_type})

    def put(self, path: str, body: str, *, content_type: str, headers: dict[str, str]) -> Response:
        return self._send("PUT", path, body, headers | {"Content-Type": content_type})

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Response:
        connection = http.client.HTTPConnection(webserver.HOST, self.port, timeout=self.timeout)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Response(response.status, dict(response.headers), response.read())
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind((webserver.HOST, 0))
        return int(sock.getsockname()[1])


def kill(pid: int) -> None:
    """Kill the server and all its workers with SIGKILL, which none of them can handle."""
    os.killpg(pid, signal.SIGKILL)
