"""`/metrics`: requests are counted by route and never by path; only the internal network can reach it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from messaging.inbox import HANDLER_DURATION, LAG

ROOT = Path(__file__).resolve().parent.parent.parent
Settings = Any  # pytest-django's fixture

pytestmark = pytest.mark.django_db(databases="__all__")


def scrape() -> str:
    return Client().get("/metrics", headers={"Host": "10.1.2.3:8000"}).content.decode()


def request_counts(text: str) -> dict[tuple[str, str, str], float]:
    return {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "markethall_request_duration_seconds_count"
    }


class TestRequests:
    @pytest.mark.parametrize(
        ("method", "path", "labels"),
        [
            ("GET", "/api/v1/catalog/products/no-such", ("GET", "api/v1/catalog/products/<slug:slug>", "4xx")),
            ("GET", "/api/v1/orders/shipping-methods", ("GET", "api/v1/orders/shipping-methods", "2xx")),
            ("GET", "/reset/0123456789abcdef", ("GET", "unmatched", "4xx")),
            ("BREW", "/coffee", ("OTHER", "unmatched", "4xx")),
        ],
    )
    def test_are_counted_by_route(self, method: str, path: str, labels: tuple[str, str, str]) -> None:
        before = request_counts(scrape()).get(labels, 0)

        Client().generic(method, path)

        assert request_counts(scrape())[labels] == before + 1

    def test_to_the_probes_are_not_counted(self) -> None:
        before = request_counts(scrape())

        Client().get("/livez")

        assert request_counts(scrape()) == before


class TestTheProxy:
    def test_does_not_publish_metrics(self) -> None:
        caddy = (ROOT / "deploy" / "Caddyfile").read_text("utf-8")

        assert "@internal path /readyz /metrics\n\trespond @internal 404" in caddy
        assert caddy.index("respond @internal") < caddy.index("reverse_proxy")


class TestAlerts:
    def test_use_metrics_that_exist(self) -> None:
        HANDLER_DURATION.labels("catalog.listen", "handled").observe(0)
        LAG.labels("catalog.listen").observe(0)
        Client().get("/api/v1/orders/shipping-methods")
        rules = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
        scraped = {sample.name for family in text_string_to_metric_families(scrape()) for sample in family.samples}

        watched = {name for rule in rules for name in re.findall(r"markethall_\w+", rule["expr"])}
        assert len(watched) == 7
        assert watched <= scraped
