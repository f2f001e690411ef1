"""Subscribes ordering's handlers to their messages."""

from django.apps import AppConfig

from messaging.subscriptions import subscribe


class OrderingConfig(AppConfig):
    name = "contexts.ordering"
    label = "ordering"
    verbose_name = "Selling"

    def ready(self) -> None:
        from contexts.ordering import command_handlers, event_handlers

        subscribe("ordering", command_handlers, event_handlers)
