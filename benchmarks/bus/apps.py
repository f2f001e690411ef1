from django.apps import AppConfig


class BusBenchmarkConfig(AppConfig):
    name = "benchmarks.bus"
    label = "bus_benchmark"

    def ready(self) -> None:
        from benchmarks.bus import traffic
        from messaging.subscriptions import subscribe

        subscribe(traffic.RECEIVER, traffic)
