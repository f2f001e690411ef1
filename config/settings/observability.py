"""Logs, metrics and traces."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import DEVELOPMENT, env

# How lines of the log look: `json`, or `lines`, for people.
LOG_FORMAT = env.str("LOG_FORMAT", default="lines" if DEVELOPMENT else "json")
if LOG_FORMAT not in ("lines", "json"):
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT!r}: set it to json or lines")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "observability.logs.JsonFormatter"},
        "lines": {"()": "observability.logs.TextFormatter"},
        "everything": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},  # what errors quote, too
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "everything" if DEVELOPMENT and LOG_FORMAT == "lines" else LOG_FORMAT,
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},  # the access line tells of the rest
        "django.db.backends": {"level": "INFO"},  # below, it writes every query with its values
        "celery": {"level": "WARNING"},  # below, it writes two lines for every message
    },
}
METRICS_PORT = env.int("METRICS_PORT", default=0)  # where a worker answers Prometheus; 0: nowhere
# Where traces go, by OTLP over HTTP, such as http://collector:4318. Empty: nowhere.
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
