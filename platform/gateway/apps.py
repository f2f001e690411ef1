from django.apps import AppConfig

from telemetry.metrics import read_when_asked


class GatewayConfig(AppConfig):
    name = "gateway"

    def ready(self) -> None:
        from gateway.figures import MessageFigures

        read_when_asked(MessageFigures())
