"""How contexts communicate: the bus for messages, and the transport of calls."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import env

# The broker between Celery and its workers, as redis://:password@host:6379/0 or amqp://user:password@host:5672//.
# Empty: no Celery; the processes that send messages also handle them.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
if CELERY_BROKER_URL and CELERY_BROKER_URL.partition("://")[0] not in ("redis", "rediss", "amqp"):
    raise ImproperlyConfigured(
        "CELERY_BROKER_URL is not valid: it must begin with redis://, rediss:// or amqp://,"
        " as in amqp://user:password@host:5672//"
    )
BUS = "messaging.buses.celery.bus.CeleryBus" if CELERY_BROKER_URL else "messaging.buses.in_process.InProcessBus"
MESSAGES_KEPT = env.int("MESSAGES_KEPT", default=30)  # days that messages are stored once they are handled
if MESSAGES_KEPT < 2:
    raise ImproperlyConfigured("MESSAGES_KEPT: set at least 2 days; otherwise periodic work may be done twice")

# The transport of calls between contexts: `local`, or `wire`, which encodes each local call as JSON, for tests.
INTERFACE_CARRIER = env.str("INTERFACE_CARRIER", default="local")
