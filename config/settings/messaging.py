"""How contexts reach each other: the bus that carries messages, and how calls are carried."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import env

# The broker through which Celery carries messages to workers, as redis://:password@host:6379/0 or
# amqp://user:password@host:5672//; empty: they are handled where they are sent from.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
if CELERY_BROKER_URL and CELERY_BROKER_URL.partition("://")[0] not in ("redis", "rediss", "amqp"):
    raise ImproperlyConfigured(
        "CELERY_BROKER_URL does not fit: redis://, rediss:// or amqp:// is needed, as in amqp://user:password@host:5672//"
    )
BUS = "messaging.buses.celery.bus.CeleryBus" if CELERY_BROKER_URL else "messaging.buses.in_process.InProcessBus"
MESSAGES_KEPT = env.int("MESSAGES_KEPT", default=30)  # days that messages are kept after they had their effect
if MESSAGES_KEPT < 2:
    raise ImproperlyConfigured("MESSAGES_KEPT: keep messages for at least 2 days, else periodic work may be done twice")

# How contexts call each other: `local`, or `wire`, which is `local` through JSON, as the tests do it.
INTERFACE_CARRIER = env.str("INTERFACE_CARRIER", default="local")
