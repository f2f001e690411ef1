"""With OpenTelemetry: a purchase is one trace, through every context that takes part in it."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connections
from django.db.backends.signals import connection_created
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from observability import spans
from observability.tracing import set_recorder, span, unrecorded_span
from tests.shop import ADDRESS, Shopper, coupon, create_variant

pytestmark = pytest.mark.django_db(databases="__all__")

CALLER = "00-11112222333344445555666677778888-1234567890abcdef-01"
EMAIL = "ada@example.com"


@pytest.fixture
def recorded() -> Iterator[InMemorySpanExporter]:
    """Record spans in memory, as they would be exported."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    spans.record_spans_with(provider)
    before = {connection: list(connection.execute_wrappers) for connection in connections.all()}
    for connection in before:  # an earlier test has left these open
        connection_created.send(sender=type(connection), connection=connection)
    yield exporter
    set_recorder(unrecorded_span)
    connection_created.disconnect(dispatch_uid="observability.spans")
    for connection, wrappers in before.items():
        connection.execute_wrappers[:] = wrappers


@pytest.fixture
def purchase(recorded: InMemorySpanExporter, drain: Callable[[], None]) -> dict[str, ReadableSpan]:
    """Return the spans of a purchase by name, from the request that places the order to the last handler."""
    create_variant("MUG")
    coupon("TENTH")
    shopper = Shopper()
    shopper.add("MUG")
    shopper.send("put", "/api/v1/basket/coupon", {"code": "TENTH"})
    card = shopper.card()
    recorded.clear()
    shopper.order(payment_token=card, email=EMAIL, headers={"traceparent": CALLER})
    drain()
    return {finished.name: finished for finished in recorded.get_finished_spans()}


def parent_of(finished: ReadableSpan, purchase: dict[str, ReadableSpan]) -> str:
    """Return the name of a span's parent."""
    assert finished.parent is not None
    (name,) = [other.name for other in purchase.values() if other.context.span_id == finished.parent.span_id]
    return name


class TestAPurchase:
    def test_is_one_trace_with_spans_of_each_context(self, purchase: dict[str, ReadableSpan]) -> None:
        assert {finished.context.trace_id for finished in purchase.values()} == {int(CALLER.split("-")[1], 16)}
        assert purchase.keys() >= {
            "POST api/v1/orders",
            "basket.snapshot",
            "send ordering.order_placed.v1",
            "relay ordering.order_placed.v1",
            "handle catalog.reserve_stock.v1",
            "handle basket.redeem_coupon.v1",
            "handle catalog.stock_reserved.v1",
            "handle ordering.authorise_payment.v1",
            "handle ordering.send_confirmation.v1",
        }

    def test_has_each_span_below_its_cause(self, purchase: dict[str, ReadableSpan]) -> None:
        request = purchase["POST api/v1/orders"]
        assert request.parent is not None
        assert request.parent.span_id == int(CALLER.split("-")[2], 16)
        assert parent_of(purchase["basket.snapshot"], purchase) == request.name
        assert parent_of(purchase["send ordering.order_placed.v1"], purchase) == request.name
        reserving = purchase["handle catalog.reserve_stock.v1"]
        sent = parent_of(reserving, purchase)
        assert sent.startswith("send catalog.reserve_stock.v1")
        assert parent_of(purchase[sent], purchase) == request.name
        assert parent_of(purchase["send catalog.stock_reserved.v1"], purchase) == reserving.name

    def test_names_the_order_only_by_its_id(self, purchase: dict[str, ReadableSpan]) -> None:
        order_id = (purchase["POST api/v1/orders"].attributes or {})["markethall.order_id"]
        for name, finished in purchase.items():
            if name.startswith("handle"):
                assert (finished.attributes or {})["markethall.order_id"] == order_id
        everything = " ".join(
            f"{finished.name} {finished.attributes} {finished.status}" for finished in purchase.values()
        )
        assert "INSERT INTO" in everything, "queries are there"
        assert not [word for word in (EMAIL, *ADDRESS.values(), "tok_") if len(word) > 2 and word in everything]


def test_a_failed_call_is_marked_and_its_error_not_quoted(
    recorded: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(EMAIL)

    monkeypatch.setattr("contexts.catalog.queries.products", broken)
    with pytest.raises(ValueError, match=EMAIL), span("work"):
        broken()
    Shopper().get("/api/v1/catalog/products")

    work, request = recorded.get_finished_spans()
    for finished, error in ((work, "ValueError"), (request, "500")):
        assert finished.status.status_code is StatusCode.ERROR
        assert (finished.attributes or {})["error.type"] == error
        assert EMAIL not in finished.to_json()


def test_queries_outside_of_a_span_are_not_recorded(recorded: InMemorySpanExporter) -> None:
    create_variant("MUG")
    assert recorded.get_finished_spans() == ()

    with span("work"):
        create_variant("JUG")
    assert len(recorded.get_finished_spans()) > 1
