"""No card number and no CVC gets any further than the view that takes them: the shop's sixth invariant."""

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
    """Let every logger say all that it can, each SQL statement with its values among it."""
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
    """Return each row of each table of each login, as Postgres writes it."""
    rows: list[str] = []
    for alias, schema in settings.SCHEMAS.items():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - the name is the database's own
                rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def assert_absent(secret: str, *, answer: str, log: str) -> None:
    for place, text in {"answer": answer, "log": log, "tables": stored_rows()}.items():
        assert not re.search(rf"(?<![\w.]){secret}(?!\w)", text), f"{secret} is in the {place}"


class TestCardNumber:
    @pytest.mark.parametrize("number", [ACCEPTED, DECLINED, TIMES_OUT])
    def test_is_dropped_once_a_token_stands_for_it(
        self, client: Client, caplog: pytest.LogCaptureFixture, number: str
    ) -> None:
        answer, key = post_card(client, number=number), uuid4()
        token, now = json.loads(answer)["token"], timezone.now()
        charge = provider.authorise(key=key, token=token, amount=Decimal("12.90"), currency="EUR", now=now)
        provider.void(key=key, now=now)
        assert "INSERT INTO" in caplog.text
        assert str(charge.key) in stored_rows()
        for secret in (number, CVC):
            assert_absent(secret, answer=answer, log=caplog.text)

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
        answer = post_card(client, **card)
        assert json.loads(answer)["status"] == 400
        for secret in (REAL_CARD_NUMBER, REAL_CARD_NUMBER[:-1] + "7", CVC):
            assert_absent(secret, answer=answer, log=caplog.text)

    @pytest.mark.parametrize("body", ['{{"number": "{0}", "cvc": "{1}"', '"{0} {1}"', '{{"number": {0}, {1}}}', "{0}"])
    def test_is_not_repeated_when_the_request_makes_no_sense(
        self, client: Client, caplog: pytest.LogCaptureFixture, body: str
    ) -> None:
        answer = post_tokens(client, body.format(REAL_CARD_NUMBER, CVC))
        assert json.loads(answer)["status"] == 400
        for secret in (REAL_CARD_NUMBER, CVC):
            assert_absent(secret, answer=answer, log=caplog.text)

    def test_is_not_logged_when_the_provider_breaks(
        self, client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(card: object, **more: object) -> str:
            raise RuntimeError(f"cannot keep {card} {more}")

        monkeypatch.setattr(CardToken, "issue", broken)
        client.raise_request_exception = False
        answer = post_card(client)
        assert json.loads(answer)["status"] == 500
        assert "cannot keep" in caplog.text
        for secret in (ACCEPTED, CVC):
            assert_absent(secret, answer=answer, log=caplog.text)
