"""The wiring of the probes: catalog and basket hear them, as if the handlers were their own."""

from django.apps import AppConfig

from messaging.subscriptions import subscribe


class ProbeConfig(AppConfig):
    name = "tests.conformance.probe"
    label = "probe"

    def ready(self) -> None:
        from tests.conformance.probe import basket_handlers, handlers

        subscribe("catalog", handlers)
        subscribe("basket", handlers, basket_handlers)
