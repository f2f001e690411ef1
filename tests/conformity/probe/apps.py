"""The wiring of the probes: catalog and basket hear them, as if the handlers were their own."""

from django.apps import AppConfig

from building_blocks.messaging.subscriptions import subscribe


class ProbeConfig(AppConfig):
    name = "tests.conformity.probe"
    label = "probe"

    def ready(self) -> None:
        from tests.conformity.probe import handlers, handlers_of_basket

        subscribe("catalog", handlers)
        subscribe("basket", handlers, handlers_of_basket)
