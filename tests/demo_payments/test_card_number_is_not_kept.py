"""Card numbers and CVCs are dropped in the view that receives them: the shop's sixth invariant."""

import json
import logging
import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from demo_payments import provider
from demo_payments.models import CardToken
from tests.demo_payments.cards import ACCEPTED, DECLINED, TIMES_OUT

REAL_CARD_NUMBER = "4539578763621486"  # a number that could be on a real card
CVC = "9173"

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def _log_everything(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set every logger to its lowest level, which also logs each SQL statement with its values."""
    caplog.set_level(logging.DEBUG)
    for name in ("django", "django.db.backends", "django.request"):
        caplog.set_level(logging.DEBUG, logger=name)
    monkeypatch.setattr(connections["demo_payments"], "force_debug_cursor", True)


def post_card(client: Client, **card: Any) -> str:
    body = json.dumps({"number": ACCEPTED, "exp_month": 12, "exp_year": 2099, "cvc": CVC} | card)
    return post_tokens(client, body)


def post_tokens(client: Client, body: str) -> str:
    return client.post("/demo-payments/tokens", body, content_type="application/json").content.decode()


def stored_rows() -> str:
    """Return every row of every table of every login, as text."""
    rows: list[str] = []
    for alias, schema in settings.SCHEMAS.items():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - the name is the database's own
                rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def assert_absent(secret: str, *, response: str, log: str) -> None:
    for place, text in {"response": response, "log": log, "tables": stored_rows()}.items():
        assert not re.search(rf"(?<![\w.]){secret}(?!\w)", text), f"{secret} is in the {place}"


class TestCardNumber:
    @pytest.mark.parametrize("number", [ACCEPTED, DECLINED, TIMES_OUT])
    def test_is_dropped_once_there_is_a_token(
        self, client: Client, caplog: pytest.LogCaptureFixture, number: str
    ) -> None:
        response, key = post_card(client, number=number), uuid4()
        token, now = json.loads(response)["token"], timezone.now()
        charge = provider.authorise(key=key, token=token, amount=Decimal("12.90"), currency="EUR", now=now)
        provider.void(key=key, now=now)
        assert "INSERT INTO" in caplog.text
        assert str(charge.key) in stored_rows()
        for secret in (number, CVC):
            assert_absent(secret, response=response, log=caplog.text)

    @pytest.mark.parametrize(
        "card",
        [
            {"number": REAL_CARD_NUMBER},
            {"number": REAL_CARD_NUMBER[:-1] + "7"},
            {"number": [REAL_CARD_NUMBER]},
            {"number": REAL_CARD_NUMBER, "cvc": CVC + "\0"},
            {"exp_month": REAL_CARD_NUMBER},
            {"exp_year": int(REAL_CARD_NUMBER)},
            {"cvc": REAL_CARD_NUMBER},
            {REAL_CARD_NUMBER: CVC, "number": None},
        ],
        ids=range(8),
    )
    def test_is_not_repeated_when_it_is_refused(
        self, client: Client, caplog: pytest.LogCaptureFixture, card: dict[str, Any]
    ) -> None:
        response = post_card(client, **card)
        assert json.loads(response)["status"] == 400
        for secret in (REAL_CARD_NUMBER, REAL_CARD_NUMBER[:-1] + "7", CVC):
            assert_absent(secret, response=response, log=caplog.text)

    @pytest.mark.parametrize("body", ['{{"number": "{0}", "cvc": "{1}"', '"{0} {1}"', '{{"number": {0}, {1}}}', "{0}"])
    def test_is_not_repeated_when_the_request_is_invalid(
        self, client: Client, caplog: pytest.LogCaptureFixture, body: str
    ) -> None:
        response = post_tokens(client, body.format(REAL_CARD_NUMBER, CVC))
        assert json.loads(response)["status"] == 400
        for secret in (REAL_CARD_NUMBER, CVC):
            assert_absent(secret, response=response, log=caplog.text)

    def test_is_not_logged_when_the_provider_breaks(
        self, client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(card: object, **more: object) -> str:
            raise RuntimeError(f"cannot store {card} {more}")

        monkeypatch.setattr(CardToken, "issue", broken)
        client.raise_request_exception = False
        response = post_card(client)
        assert json.loads(response)["status"] == 500
        assert "cannot store" in caplog.text
        for secret in (ACCEPTED, CVC):
            assert_absent(secret, response=response, log=caplog.text)
