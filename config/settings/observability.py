"""Logs, metrics and traces."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import DEVELOPMENT, env

# The format of log lines: `json`, or `lines` for people.
LOG_FORMAT = env.str("LOG_FORMAT", default="lines" if DEVELOPMENT else "json")
if LOG_FORMAT not in ("lines", "json"):
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT!r}: set it to json or lines")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "observability.logs.JsonFormatter"},
        "lines": {"()": "observability.logs.TextFormatter"},
        "everything": {
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },  # also what errors quote
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "everything" if DEVELOPMENT and LOG_FORMAT == "lines" else LOG_FORMAT,
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},  # the access log contains the rest
        "django.db.backends": {"level": "INFO"},  # at DEBUG it writes every query with its values
        "celery": {"level": "WARNING"},  # at INFO it writes two lines for every message
    },
}
METRICS_PORT = env.int("METRICS_PORT", default=0)  # the port where Prometheus reads the metrics of a worker; 0: none
# The collector of traces (OTLP over HTTP), such as http://collector:4318. Empty: traces are not sent.
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
