"""Starting telemetry in a process. Traces and metrics need threads, so the process must not fork afterwards."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from observability import metrics


def start_telemetry(*, metrics_port: int = 0) -> None:
    """
    Export traces if OTEL_EXPORTER_OTLP_ENDPOINT is set, and serve metrics.

    :param metrics_port: the port for Prometheus; 0 for none, as in a web process, which serves `/metrics`.
    :raises ImproperlyConfigured: traces are to be exported, but OpenTelemetry is not installed.
    """
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        try:
            from observability import spans  # only here: OpenTelemetry takes 15 MB and a third of a second
        except ImportError as error:
            raise ImproperlyConfigured(
                "OTEL_EXPORTER_OTLP_ENDPOINT: OpenTelemetry is missing; `uv sync --extra traces` installs it"
            ) from error
        spans.start_export()
    if metrics_port:
        metrics.serve(metrics_port)
