"""An OpenTelemetry collector that a test can read; other processes export to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.messaging.celery.processes import HOST


@dataclass(frozen=True)
class Span:
    """
    :param process: the OTEL_SERVICE_NAME of its process.
    :param parent: the id of its parent span, or "".
    """

    process: str
    name: str
    trace: str
    id: str
    parent: str


@contextmanager
def collector() -> Iterator[tuple[str, list[Span]]]:
    """Yield the OTEL_EXPORTER_OTLP_ENDPOINT, and the list of the spans received so far."""
    spans: list[Span] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            spans.extend(_read(ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:{server.server_port}", spans
    finally:
        server.shutdown()
        server.server_close()


def _read(request: ExportTraceServiceRequest) -> Iterator[Span]:
    for resource in request.resource_spans:
        names = {attribute.key: attribute.value.string_value for attribute in resource.resource.attributes}
        for scope in resource.scope_spans:
            for span in scope.spans:
                ids = span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()
                yield Span(names["service.name"], span.name, *ids)
