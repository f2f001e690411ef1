"""Cards, tokens and charges for the tests of the provider."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

from django.db import connections

from demo_payments import provider
from demo_payments.cards import TEST_CARDS
from demo_payments.models import CardToken

ACCEPTED = "4242424242424242"
DECLINED = "4000000000000002"
REQUIRES_ACTION = "4000002500003155"
TIMES_OUT = "4000000000000119"

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def token_for(number: str = ACCEPTED) -> str:
    return CardToken.issue(TEST_CARDS[number], now=NOW)


def authorised_charge(
    number: str = ACCEPTED, *, key: UUID | None = None, token: str | None = None, amount: str = "12.90"
) -> provider.Charge:
    """Authorise a charge, by default with a new key and a new token of the card."""
    return provider.authorise(
        key=key or uuid4(), token=token or token_for(number), amount=Decimal(amount), currency="EUR", now=NOW
    )


def address_of(charge: provider.Charge) -> str:
    assert charge.action_url is not None
    return charge.action_url


def concurrently(*calls: Callable[[], Any]) -> list[Any]:
    """Make the calls at the same time, each in a thread; return what each returned or raised."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))
