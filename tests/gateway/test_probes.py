"""The probes: answered to whoever asks, by whatever name, and true; and what others are told meanwhile."""

from typing import Any
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connections
from django.test import Client

import gateway.probes
import rate_limits.cache
from celery_bus.application import application
from celery_bus.bus import CeleryBus
from contexts.catalog import queries

Settings = Any  # pytest-django's fixture

pytestmark = pytest.mark.django_db(databases=["default", "catalog", "basket", "ordering", "demo_payments"])


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_are_answered_by_address_without_https_and_sign_in(path: str, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["shop.example"]

    assert Client().get(path, headers={"Host": "10.1.2.3:8000"}).status_code == 200


class TestReadiness:
    def test_names_the_part_that_is_ill(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for alias in ("catalog", "ordering"):
            monkeypatch.setitem(connections[alias].settings_dict, "HOST", "/nowhere")

        answer = Client().get("/readyz")

        assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
        assert answer.json()["code"] == "not_ready"
        assert answer.json()["detail"] == "No answer from the database of: catalog, ordering."

    def test_does_without_redis_and_says_so_without_its_password(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(rate_limits.cache, "_away_until", {})
        away = {"BACKEND": "rate_limits.cache.RedisElseMemory", "LOCATION": "redis://:hunter2@127.0.0.1:1/0"}
        settings.CACHES = {"default": away}

        answer = Client().get("/readyz")

        assert (answer.status_code, answer.content[:31]) == (200, b"ready, but Redis does not answe")
        assert "Redis does not answer" in caplog.text
        assert "hunter2" not in f"{answer.content!r} {caplog.text}"

    def test_does_without_a_broker_and_says_so(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.CELERY_BROKER_URL = "redis://:hunter2@127.0.0.1:1/0"
        monkeypatch.setattr(gateway.probes, "bus", CeleryBus)
        application.cache_clear()

        answer = Client().get("/readyz")

        application.cache_clear()
        assert (answer.status_code, answer.content[:36]) == (200, b"ready, but the broker does not answe")

    def test_is_not_asked_of_the_databases_by_livez(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(connections["catalog"].settings_dict, "HOST", "/nowhere")

        assert Client().get("/livez").status_code == 200


def test_a_request_that_meets_no_database_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "products", Mock(side_effect=OperationalError("connection refused")))

    answer = Client(raise_request_exception=False).get("/api/v1/catalog/products")

    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["code"] == "unavailable"
    assert b"refused" not in answer.content
