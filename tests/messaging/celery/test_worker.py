"""A worker on its own: its work without a broker, its metrics and heartbeat, and its end."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.utils import timezone

from contexts.catalog.models import Stock
from messaging.relay import relay
from tests.messaging.celery.processes import TIMEOUT, broker_url, worker
from tests.server import free_port
from tests.shop import Shopper, create_variant

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("real_commits")]


def test_while_the_broker_is_unavailable_a_worker_handles_stored_messages_is_healthy_and_ends_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics_port, heartbeat = free_port(), tmp_path / "markethall-heartbeat"
    monkeypatch.setenv("METRICS_PORT", str(metrics_port))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    create_variant("MUG", on_hand=5)
    shopper = Shopper()
    shopper.add("MUG", 2)
    shopper.order()
    assert relay("ordering", now=timezone.now()) == {"catalog"}, "the in-process bus delivers it"

    with worker("catalog", broker_url(free_port()), mailbox=tmp_path) as process:
        _wait_until(lambda: b'"catalog.reserve_stock_of_order",outcome="handled"} 1.0' in _metrics(metrics_port))
        _wait_until(heartbeat.exists)
        assert time.time() - heartbeat.stat().st_mtime < TIMEOUT

        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT) == 0

    assert Stock.objects.get().reserved == 2
    assert not heartbeat.exists()


def _wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def _metrics(port: int) -> bytes:
    try:
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            return bytes(answer.read())
    except URLError:
        return b""
