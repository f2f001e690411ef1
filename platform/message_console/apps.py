"""The Django app of the message console; registers its Prometheus metrics."""

from django.apps import AppConfig

from observability.metrics import register_collector


class MessageConsoleConfig(AppConfig):
    name = "message_console"
    label = "message_console"
    verbose_name = "Messages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from message_console.metrics import QueueMetrics

        register_collector(QueueMetrics())
