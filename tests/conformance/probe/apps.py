"""Subscribes catalog and basket to the probes."""

from django.apps import AppConfig

from messaging.subscriptions import subscribe


class ProbeConfig(AppConfig):
    name = "tests.conformance.probe"
    label = "probe"

    def ready(self) -> None:
        from tests.conformance.probe import basket_handlers, handlers

        subscribe("catalog", handlers)
        subscribe("basket", handlers, basket_handlers)
