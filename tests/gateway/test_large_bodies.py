"""A refused client can read the response, even if it sends a large body up to a limit: over TCP, with real clients."""

import http.client
import io
import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from pytest_django import Settings

from gateway import body_draining
from tests.admin.operators import operator_client
from tests.server import free_port
from tools.local import webserver

FETCH_SCRIPT = """
const [url, size] = process.argv.slice(1);
const response = await fetch(url, {method: "POST", body: new Uint8Array(Number(size))});
console.log(JSON.stringify([response.status, await response.text()]));
"""
LARGE = {
    "/api/v1/basket/items": 413,
    "/admin/login/": 413,
    "/nothing/here": 413,
    "/livez": 413,
    "/api/v1/orders?x=%00": 413,
}
FITTING = {
    "/nothing/here": 404,
    "/api/v1/catalog/products": 405,
    "/api/v1/orders?x=%00": 400,
    "/api/v1/basket/items": 415,
}


@pytest.fixture
def url(real_commits: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings_server")
    monkeypatch.setenv("EMAIL_FILE_PATH", str(tmp_path))
    port = free_port()
    with webserver.running(port, workers="1", threads="4"):
        yield f"http://{webserver.HOST}:{port}"


def by_urllib(url: str, size: int) -> tuple[int, str]:
    request = urllib.request.Request(url, b"x" * size, {"Content-Type": "text/plain"}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def in_chunks(url: str, path: str, size: int) -> int:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    connection.request("POST", path, (b"x" * 10_000 for _ in range(size // 10_000)), encode_chunked=True)
    return connection.getresponse().status


def by_fetch(url: str, size: int) -> tuple[int, str]:
    command = [shutil.which("node") or "node", "--input-type=module", "-e", FETCH_SCRIPT, url, str(size)]
    status, text = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)
    return status, text


def test_a_client_can_read_a_refusal_while_it_is_still_sending(url: str) -> None:
    for path, status in LARGE.items():
        actual, text = by_urllib(url + path, 5_000_000)
        assert actual == status, (path, text)
        assert "1000000 bytes" in text or path.startswith("/admin/"), text
    for path, status in FITTING.items():
        assert by_urllib(url + path, 900_000)[0] == status, path
    assert in_chunks(url, "/api/v1/basket/items", 5_000_000) == 411
    if shutil.which("node"):
        assert by_fetch(f"{url}/api/v1/basket/items", 5_000_000)[0] == 413


class SendingClient(io.RawIOBase):
    """A client that never stops sending; it waits for the event `release` first, if there is one."""

    def __init__(self, release: Event | None = None) -> None:
        self.sent, self.read_started, self.release = 0, Event(), release

    def read(self, size: int = -1) -> bytes:
        self.read_started.set()
        if self.release:
            self.release.wait(30)
        self.sent += size
        return b"x" * size


def drained_response(client: SendingClient) -> HttpResponseBase:
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "CONTENT_LENGTH": "50000000", "wsgi.input": client}
    return body_draining.drain_request_body(lambda request: HttpResponse("refused"))(WSGIRequest(environ))


def test_only_a_limited_part_of_a_refused_body_is_read() -> None:
    client = SendingClient()

    drained_response(client)

    assert client.sent == body_draining.MAX_BYTES


def test_refused_slow_clients_occupy_at_most_two_threads() -> None:
    release = Event()
    slow, quick = [SendingClient(release) for _ in range(body_draining.MAX_CONCURRENT)], SendingClient()
    with ThreadPoolExecutor(body_draining.MAX_CONCURRENT) as threads:
        responses = [threads.submit(drained_response, client) for client in slow]
        try:
            assert all(client.read_started.wait(30) for client in slow)
            assert drained_response(quick).status_code == 200
            assert quick.sent == 0
        finally:
            release.set()
        assert all(response.result(30) for response in responses)
    drained_response(quick)
    assert quick.sent > 0


@pytest.mark.django_db(databases="__all__")
def test_only_an_operator_may_send_a_large_body(settings: Settings) -> None:
    settings.BODY_LIMIT = 1_000
    form = {"pictures": "x" * 2_000}

    assert Client().post(settings.UPLOAD_PATH, form).status_code == 413
    assert operator_client("Catalogue editor").post(settings.UPLOAD_PATH, form).status_code != 413
