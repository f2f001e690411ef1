"""The probes: answered to any client under any name, and correct; and the API's response without a database."""

from typing import Any
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connections
from django.test import Client

import gateway.probes
import web_api.throttling.cache
from contexts.catalog import queries
from messaging.buses.celery.application import application
from messaging.buses.celery.bus import CeleryBus

Settings = Any  # pytest-django's fixture

pytestmark = pytest.mark.django_db(databases=["default", "catalog", "basket", "ordering", "demo_payments"])


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_probes_are_answered_by_address_without_https_or_sign_in(path: str, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["shop.example"]

    assert Client().get(path, headers={"Host": "10.1.2.3:8000"}).status_code == 200


class TestReadiness:
    def test_names_the_databases_that_do_not_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for alias in ("catalog", "ordering"):
            monkeypatch.setitem(connections[alias].settings_dict, "HOST", "/nowhere")

        response = Client().get("/readyz")

        assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
        assert response.json()["code"] == "not_ready"
        assert response.json()["detail"] == "No answer from the database of: catalog, ordering."

    def test_does_not_need_redis_and_reports_its_absence_without_its_password(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(web_api.throttling.cache, "_unavailable_until", {})
        unavailable = {
            "BACKEND": "web_api.throttling.cache.RedisWithMemoryFallback",
            "LOCATION": "redis://:hunter2@127.0.0.1:1/0",
        }
        settings.CACHES = {"default": unavailable}

        response = Client().get("/readyz")

        assert (response.status_code, response.content[:31]) == (200, b"ready, but Redis does not answe")
        assert "Redis does not answer" in caplog.text
        assert "hunter2" not in f"{response.content!r} {caplog.text}"

    def test_does_not_need_a_broker_and_reports_its_absence(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.CELERY_BROKER_URL = "redis://:hunter2@127.0.0.1:1/0"
        monkeypatch.setattr(gateway.probes, "bus", CeleryBus)
        application.cache_clear()

        response = Client().get("/readyz")

        application.cache_clear()
        assert (response.status_code, response.content[:36]) == (200, b"ready, but the broker does not answe")

    def test_is_not_checked_by_livez(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(connections["catalog"].settings_dict, "HOST", "/nowhere")

        assert Client().get("/livez").status_code == 200


def test_a_request_without_a_database_gets_503(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "products", Mock(side_effect=OperationalError("connection refused")))

    response = Client(raise_request_exception=False).get("/api/v1/catalog/products")

    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert response.json()["code"] == "unavailable"
    assert b"refused" not in response.content
