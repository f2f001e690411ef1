"""
Exporting traces with OpenTelemetry. Only this module imports OpenTelemetry, and only if traces are exported.

OpenTelemetry's own environment variables set the endpoint, the sampling and the service's name.
No span contains a parameter of a query, a path, or the text of an error, because they may quote a customer.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from observability.tracing import Kind, current_attributes, set_recorder

ATTRIBUTE_NAMES = {
    "method": "http.request.method",
    "route": "http.route",
    "status": "http.response.status_code",
    "message_id": "messaging.message.id",
    "error_type": "error.type",
}
"""Attributes that OpenTelemetry's semantic conventions name; every other one gets the prefix `markethall`."""

_propagator = TraceContextTextMapPropagator()
_no_text: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}  # both record the text


def start_export() -> None:
    """Export the spans of this process to OTEL_EXPORTER_OTLP_ENDPOINT; the process must not fork afterwards."""
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return
    os.environ.setdefault("OTEL_SERVICE_NAME", "markethall")
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    record_spans_with(provider)


def record_spans_with(provider: TracerProvider) -> None:
    """Record each span of `tracing`, and each query within one."""
    tracer = provider.get_tracer("markethall")

    @contextmanager
    def record(name: str, *, parent: str, kind: Kind, start_time: int | None) -> Iterator[str]:
        context = _propagator.extract({"traceparent": parent})
        kinds = SpanKind[kind.upper()]
        with tracer.start_as_current_span(name, context, kinds, start_time=start_time, **_no_text) as span:
            try:
                yield _traceparent(span)
            finally:
                _describe(span, name, kind)

    def record_query(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not trace.get_current_span().is_recording():
            return execute(sql, params, many, context)
        query_attributes = {
            "db.system.name": "postgresql",
            "db.namespace": context["connection"].alias,
            "db.query.text": sql,
        }
        name = f"{sql.split(maxsplit=1)[0]} {query_attributes['db.namespace']}"
        with tracer.start_as_current_span(name, kind=SpanKind.CLIENT, attributes=query_attributes, **_no_text):
            return execute(sql, params, many, context)

    def instrument_connection(connection: BaseDatabaseWrapper, **signal_arguments: object) -> None:
        if record_query not in connection.execute_wrappers:  # a connection object may open several times
            connection.execute_wrappers.append(record_query)

    set_recorder(record)
    connection_created.connect(instrument_connection, weak=False, dispatch_uid="observability.spans")


def _traceparent(span: Span) -> str:
    carrier: dict[str, str] = {}
    _propagator.inject(carrier, trace.set_span_in_context(span))
    return carrier["traceparent"]


def _describe(span: Span, name: str, kind: Kind) -> None:
    """Copy the attributes that the span has at its end."""
    attributes = current_attributes()
    span.set_attributes({ATTRIBUTE_NAMES.get(key, f"markethall.{key}"): value for key, value in attributes.items()})
    if kind == "server" and "route" in attributes:
        span.update_name(f"{name} {attributes['route']}")
    if "error_type" in attributes:
        span.set_status(Status(StatusCode.ERROR))
