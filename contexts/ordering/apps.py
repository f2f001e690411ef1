"""The wiring of ordering: messages to their handlers."""

from django.apps import AppConfig

from building_blocks.messaging.subscriptions import subscribe


class OrderingConfig(AppConfig):
    name = "contexts.ordering"
    label = "ordering"
    verbose_name = "Selling"

    def ready(self) -> None:
        from contexts.ordering import commands, event_handlers

        subscribe("ordering", commands, event_handlers)
