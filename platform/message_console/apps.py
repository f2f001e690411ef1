"""The wiring of the message console: what Prometheus reads of queues."""

from django.apps import AppConfig

from observability.metrics import register_collector


class MessageConsoleConfig(AppConfig):
    name = "message_console"
    label = "message_console"
    verbose_name = "Messages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from message_console.metrics import MessageMetrics

        register_collector(MessageMetrics())
