"""The endpoints for a shopper's browser."""

import runpy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from demo_payments import provider
from demo_payments.provider import Status
from tests.demo_payments.cards import ACCEPTED, LATER, REQUIRES_ACTION, address_of, authorised_charge

URLS = str(Path(__file__).resolve().parents[2] / "config" / "urls.py")

pytestmark = pytest.mark.django_db(databases=["demo_payments"])


@pytest.fixture(autouse=True)
def _fixed_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))


def post_card(client: Client, **changed: Any) -> Any:
    card = {"number": ACCEPTED, "exp_month": 11, "exp_year": 2026, "cvc": "123"} | changed
    body = {name: value for name, value in card.items() if value is not None}
    return client.post("/demo-payments/tokens", body, content_type="application/json")


class TestTokens:
    def test_gives_a_token_that_pays(self, client: Client) -> None:
        response = post_card(client)
        assert response.status_code == 201
        token = response.json()["token"]
        assert token.startswith("tok_")
        assert authorised_charge(token=token).status == Status.AUTHORISED

    def test_gives_another_token_each_time(self, client: Client) -> None:
        assert post_card(client).json() != post_card(client).json()

    def test_accepts_spaces_and_hyphens_in_the_number(self, client: Client) -> None:
        assert post_card(client, number="4242 4242-4242 4242").status_code == 201

    @pytest.mark.parametrize(
        ("field", "value", "why"),
        [
            ("number", "4242424242424241", "not a card number"),
            ("number", "4242", "not a card number"),
            ("number", "5555555555554444", "use one of its test cards"),
            ("number", ["4242424242424242"], "string"),
            ("number", "4242\0", "control character"),
            ("number", None, "required"),
            ("exp_month", 0, "greater"),
            ("exp_month", 13, "less"),
            ("exp_month", 11.5, "integer"),
            ("exp_year", 2025, "expired"),
            ("exp_year", 30, "greater"),
            ("exp_year", "next", "integer"),
            ("cvc", "12", "3 or 4 digits"),
            ("cvc", "12345", "3 or 4 digits"),
            ("cvc", "12a", "3 or 4 digits"),
            ("cvc", None, "required"),
        ],
    )
    def test_names_the_invalid_field(self, client: Client, field: str, value: Any, why: str) -> None:
        response = post_card(client, **{field: value})
        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"
        assert why in response.json()["detail"]
        assert field in response.json()["detail"]

    def test_accepts_a_card_until_the_end_of_its_last_month(self, client: Client) -> None:
        assert post_card(client, exp_month=11).status_code == 201
        assert "expired" in post_card(client, exp_month=10).json()["detail"]

    @pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"\xff", b'"\\ud800"', b""])
    def test_refuses_an_invalid_body(self, client: Client, body: bytes) -> None:
        response = client.post("/demo-payments/tokens", body, content_type="application/json")
        assert response.status_code == 400


class TestAction:
    def test_shows_the_charge_and_both_decisions(self, client: Client) -> None:
        page = client.get(address_of(authorised_charge(REQUIRES_ACTION)))
        assert page["Content-Type"].startswith("text/html")
        assert "no-store" in page["Cache-Control"]
        for text in ("12.90 EUR", 'value="approve"', 'value="refuse"'):
            assert text in page.content.decode()

    def test_approves(self, client: Client) -> None:
        charge = authorised_charge(REQUIRES_ACTION)
        assert client.post(address_of(charge), {"decision": "approve"}).status_code == 200
        assert provider.capture(key=charge.key, now=LATER).status == Status.CAPTURED

    def test_refuses(self, client: Client) -> None:
        charge = authorised_charge(REQUIRES_ACTION)
        client.post(address_of(charge), {"decision": "refuse"})
        stored = provider.find(key=charge.key)
        assert stored is not None
        assert (stored.status, stored.decline_reason) == (Status.DECLINED, "action_refused")

    def test_is_decided_once(self, client: Client) -> None:
        charge = authorised_charge(REQUIRES_ACTION)
        client.post(address_of(charge), {"decision": "refuse"})
        page = client.post(address_of(charge), {"decision": "approve"}).content.decode()
        assert "declined" in page
        assert "<form" not in page

    def test_cannot_revive_a_charge_that_the_shop_has_voided(self, client: Client) -> None:
        charge = authorised_charge(REQUIRES_ACTION)
        provider.void(key=charge.key, now=LATER)
        assert "voided" in client.post(address_of(charge), {"decision": "approve"}).content.decode()

    @pytest.mark.parametrize("body", [{}, {"decision": "capture"}, {"decision": "\0"}])
    def test_refuses_any_other_decision(self, client: Client, body: dict[str, str]) -> None:
        charge = authorised_charge(REQUIRES_ACTION)
        response = client.post(address_of(charge), body)
        assert response.status_code == 400
        assert response.json()["detail"] == "decision: send approve or refuse"
        assert provider.find(key=charge.key) == charge

    def test_is_reached_only_by_its_address(self, client: Client) -> None:
        charge = authorised_charge(REQUIRES_ACTION)
        for unknown in (uuid4(), charge.key):
            assert client.post(f"/demo-payments/actions/{unknown}", {"decision": "approve"}).status_code == 404
        assert provider.find(key=charge.key) == charge


class TestOtherProvider:
    def test_has_no_endpoints(self, settings: Settings) -> None:
        def prefixes() -> list[str]:
            return [str(entry.pattern) for entry in runpy.run_path(URLS)["urlpatterns"]]

        assert "demo-payments/" in prefixes()
        settings.PAYMENT_PROVIDER = "another"
        assert "demo-payments/" not in prefixes()
