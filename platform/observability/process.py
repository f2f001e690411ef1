"""What a process that serves the shop begins with; once it forks no more, since both parts start threads."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from observability import metrics


def start_telemetry(*, metrics_port: int = 0) -> None:
    """
    Send traces where the settings say, if they do.

    :param metrics_port: where to answer Prometheus; 0 where somebody else does.
    """
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        try:
            from observability import spans  # not before: OpenTelemetry takes 15 MB and a third of a second
        except ImportError as error:
            raise ImproperlyConfigured(
                "OTEL_EXPORTER_OTLP_ENDPOINT: OpenTelemetry is missing; `uv sync --extra traces` installs it"
            ) from error
        spans.start_export()
    if metrics_port:
        metrics.serve(metrics_port)
