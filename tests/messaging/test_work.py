"""`manage.py work` in its own process: it completes a purchase, and ends on request."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connections

from contexts.ordering.models import Order
from messaging import dispatcher
from messaging.dispatcher import run_until_idle
from messaging.models import OutboxMessage
from tests.server import free_port
from tests.shop import Shopper, create_variant
from tests.threads import wait_until_idle

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = (sys.executable, "manage.py", "work")

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("real_commits")]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a process with this test's database, and its own temporary files and e-mails."""
    own = {"DJANGO_SETTINGS_MODULE": "tests.settings_server", "EMAIL_FILE_PATH": str(tmp_path), "TMPDIR": str(tmp_path)}
    return os.environ | own | {"METRICS_PORT": str(free_port())}


@contextmanager
def working(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(WORK, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def placed_order() -> tuple[Shopper, str]:
    create_variant("MUG")
    shopper = Shopper()
    shopper.add("MUG")
    answer = shopper.order()
    assert answer.status_code == 202, "this process runs no dispatcher"
    return shopper, answer["Location"]


def test_completes_a_purchase_and_ends_within_seconds(environment: dict[str, str], tmp_path: Path) -> None:
    shopper, location = placed_order()
    with working(environment) as process:
        wait_until_idle()
        assert shopper.get(location).json()["status"] == "confirmed"
        assert len(list(tmp_path.glob("*.eml"))) == 1
        with urlopen(f"http://127.0.0.1:{environment['METRICS_PORT']}/metrics") as reply:
            assert b'_count{handler="ordering.capture_payment",outcome="handled"} 1.0' in reply.read()

        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert process.wait(15) == 0
        assert time.monotonic() - began < 5


def test_a_commit_wakes_the_dispatcher_and_messages_are_handled_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatcher, "POLL_INTERVAL", 3600.0)  # seconds: no thread polls in time
    monkeypatch.setattr(dispatcher, "_last_polled_at", time.monotonic())
    end = dispatcher.start(2)
    try:
        placed_order()
        deadline = time.monotonic() + 30
        while Order.objects.get().status != "confirmed":
            assert time.monotonic() < deadline, "a dispatcher sleeps although there is a message"
            time.sleep(0.05)
    finally:
        end()


def test_ends_on_request_and_leaves_the_rest_to_other_processes() -> None:
    placed_order()
    ended = threading.Event()
    ended.set()

    run_until_idle(settings.CONTEXTS, ended=ended)

    assert OutboxMessage.objects.using("ordering").filter(state="pending").exists()
    connections.close_all()


def test_reports_whether_it_is_healthy(environment: dict[str, str], tmp_path: Path) -> None:
    def healthy() -> int:
        return subprocess.run([*WORK, "--healthy"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL).returncode

    assert healthy() != 0, "no worker runs yet"
    with working(environment):
        heartbeat, deadline = tmp_path / "markethall-heartbeat", time.monotonic() + 30
        while not heartbeat.exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert healthy() == 0

    os.utime(heartbeat, (0, time.time() - 60))
    assert healthy() != 0, "it has made no progress for a minute"
