"""
Metrics for Prometheus, which requests them by HTTP.

A metric that a process counts is declared in the module that counts it, with prometheus-client. Several processes may
serve one port, as granian's workers do. With PROMETHEUS_MULTIPROC_DIR, each of them writes its counts to a file, and
any of them responds for all. Metrics of tables are read at each request, so they are the same in every process.
"""

import os
from functools import cache

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest, multiprocess, start_http_server
from prometheus_client.registry import Collector

_collectors: list[Collector] = []


def register_collector(collector: Collector) -> None:
    """Add metrics that `collector` reads at each request."""
    _collectors.append(collector)


def exposition() -> bytes:
    """Return all metrics in Prometheus's text format."""
    return generate_latest(_registry())


def serve(port: int) -> None:
    """Serve metrics on a port, in a thread that ends with the process."""
    start_http_server(port, registry=_registry())


@cache
def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    for collector in _collectors:
        registry.register(collector)
    return registry
