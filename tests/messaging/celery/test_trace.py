"""A purchase is one trace, across the web process and a worker for each context."""

import json
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings

from contexts.ordering.models import Order
from messaging.models import InboxMessage, OutboxMessage
from tests.messaging.celery.collector import Span, collector
from tests.messaging.celery.processes import broker, broker_url, worker
from tests.server import HttpClient, free_port
from tests.shop import Shopper, coupon, create_variant
from tests.threads import wait_until_idle
from tools.local import webserver

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("real_commits")]

TRACE, CALLER = "11112222333344445555666677778888", "1234567890abcdef"
ANSWER_IS_LOST_AT_FIRST = "4000000000000119"
TIMEOUT = 20  # seconds within which all processes must export their spans
PARTS = {
    ("web", "POST api/v1/orders"),
    ("web", "send ordering.order_placed.v1"),
    ("catalog", "handle catalog.reserve_stock.v1"),
    ("basket", "handle basket.redeem_coupon.v1"),
    ("ordering", "handle catalog.stock_reserved.v1"),
    ("ordering", "handle ordering.authorise_payment.v1"),
    ("ordering", "handle ordering.send_confirmation.v1"),
    ("catalog", "handle ordering.order_confirmed.v1"),
    ("basket", "handle ordering.order_confirmed.v1"),
}


@pytest.fixture
def spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> list[Span]:
    """Buy something with a payment that is unknown at first, and return the spans that all processes exported."""
    create_variant("MUG")
    coupon("TENTH")
    port, broker_port = free_port(), free_port()
    shopper = Shopper()
    shopper.client = HttpClient(port)  # type: ignore[assignment]
    with ExitStack() as processes:
        endpoint, exported = processes.enter_context(collector())
        exporting = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_BSP_SCHEDULE_DELAY": "100", "LOG_FORMAT": "json"}
        own = {"CELERY_BROKER_URL": broker_url(broker_port), "OTEL_SERVICE_NAME": "web"}
        own |= {"DJANGO_SETTINGS_MODULE": "tests.settings_server", "EMAIL_FILE_PATH": str(tmp_path)}
        for name, value in (exporting | own).items():
            monkeypatch.setenv(name, value)
        processes.enter_context(broker(broker_port))
        for context in settings.CONTEXTS:
            processes.enter_context(
                worker(context, broker_url(broker_port), mailbox=tmp_path, OTEL_SERVICE_NAME=context)
            )
        processes.enter_context(webserver.running(port, workers="1", threads="4"))
        shopper.add("MUG")
        shopper.send("put", "/api/v1/basket/coupon", {"code": "TENTH"})
        shopper.order(card=ANSWER_IS_LOST_AT_FIRST, headers={"traceparent": f"00-{TRACE}-{CALLER}-01"})
        wait_until_idle()
        wait_until_exported(exported)
    return exported


def wait_until_exported(spans: list[Span]) -> None:
    """Wait for the last spans: each process exports a moment after its work."""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end and (PARTS - names(purchase := of_the_trace(spans)) or without_parent(purchase)):
        time.sleep(0.1)


def of_the_trace(spans: list[Span]) -> list[Span]:
    return [span for span in spans if span.trace == TRACE]


def names(spans: list[Span]) -> set[tuple[str, str]]:
    return {(span.process, span.name) for span in spans}


def without_parent(spans: list[Span]) -> list[Span]:
    known = {span.id for span in spans} | {CALLER}
    return [span for span in spans if span.parent not in known]


def test_a_purchase_is_one_trace_through_all_processes(spans: list[Span], capfd: pytest.CaptureFixture[str]) -> None:
    purchase = of_the_trace(spans)
    assert names(purchase) >= PARTS
    assert without_parent(purchase) == []

    queues = [
        queue.objects.using(alias) for alias in settings.CONTEXTS.values() for queue in (OutboxMessage, InboxMessage)
    ]
    messages = [row for queue in queues for row in queue.filter(subject=Order.objects.get().pk)]
    sent_in = {(row.traceparent.split("-")[1], row.traceparent.split("-")[2]) for row in messages}
    assert sent_in <= {(TRACE, span.id) for span in purchase}

    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    order_lines = [line for line in lines if "order_id" in line]
    assert {line["logger"] for line in order_lines} == {"access", "messaging.inbox"}
    assert {line["trace_id"] for line in order_lines} == {TRACE}
