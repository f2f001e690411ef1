"""
Figures for Prometheus, asked of a process by HTTP.

What a process counts itself is declared where it is counted, with prometheus-client. Where several processes serve one
port, as granian's workers do, PROMETHEUS_MULTIPROC_DIR lets each add its counts to a file, and any of them answer for
all. What tables tell is read when it is asked for, and so is the same whoever answers.
"""

import os
from functools import cache

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest, multiprocess, start_http_server
from prometheus_client.registry import Collector

_collectors: list[Collector] = []


def register_collector(collector: Collector) -> None:
    """Add figures that `collector` reads each time somebody asks."""
    _collectors.append(collector)


def exposition() -> bytes:
    """Return all figures in Prometheus's text format."""
    return generate_latest(_registry())


def serve(port: int) -> None:
    """Answer Prometheus on a port of this process's own, from a thread that ends with the process."""
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
