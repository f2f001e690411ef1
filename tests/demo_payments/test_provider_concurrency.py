"""The provider under concurrent calls, and after a process was killed."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from demo_payments import models, provider
from demo_payments.provider import ProviderTimedOut, Status
from tests.demo_payments.cards import (
    ACCEPTED,
    LATER,
    NOW,
    REQUIRES_ACTION,
    TIMES_OUT,
    address_of,
    authorised_charge,
    concurrently,
    token_for,
)

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("real_commits")


class TestConcurrency:
    def test_eight_identical_requests_make_one_charge(self) -> None:
        call = partial(authorised_charge, key=uuid4(), token=token_for())
        results = concurrently(*[call] * 8)
        assert results == [call()] * 8
        assert models.Charge.objects.count() == 1

    def test_a_token_pays_for_one_of_eight_keys(self) -> None:
        results = concurrently(*[partial(authorised_charge, token=token_for())] * 8)
        assert sorted(result.decline_reason or "" for result in results) == ["", *["token_used"] * 7]

    def test_eight_captures_take_the_money_once(self) -> None:
        key = authorised_charge(TIMES_OUT).key
        results = concurrently(*[partial(provider.capture, key=key, now=LATER)] * 8)
        timed_out = [result for result in results if isinstance(result, ProviderTimedOut)]
        assert len(timed_out) == 1  # only the one that took it
        assert {result.status for result in results if result not in timed_out} == {Status.CAPTURED}

    def test_a_void_wins_over_a_concurrent_authorisation(self) -> None:
        for _ in range(5):
            key, token = uuid4(), token_for()
            results = concurrently(
                partial(provider.void, key=key, now=NOW),
                partial(authorised_charge, key=key, token=token),
                partial(provider.void, key=key, now=NOW),
            )
            assert {result.key for result in results} == {key}
            assert authorised_charge(key=key, token=token).status == Status.VOIDED

    def test_a_capture_beside_a_void_ends_refunded_or_voided(self) -> None:
        for _ in range(5):
            key = authorised_charge().key
            concurrently(partial(provider.capture, key=key, now=LATER), partial(provider.void, key=key, now=LATER))
            stored = provider.find(key=key)
            assert stored is not None
            assert stored.status in (Status.REFUNDED, Status.VOIDED)

    def test_a_void_wins_over_a_concurrent_approval(self) -> None:
        for _ in range(5):
            charge = authorised_charge(REQUIRES_ACTION)
            approve = partial(Client().post, address_of(charge), {"decision": "approve"})
            void = partial(provider.void, key=charge.key, now=LATER)
            concurrently(*[approve] * 4, *[void] * 4)
            stored = provider.find(key=charge.key)
            assert stored is not None
            assert stored.status == Status.VOIDED


@pytest.mark.slow
class TestAKilledProcess:
    SCRIPT = """
import os, signal, sys
import django
django.setup()
from datetime import UTC, datetime
from uuid import UUID
from demo_payments import provider
print(provider.capture(key=UUID(sys.argv[1]), now=datetime.now(UTC)).status, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

    def test_keeps_every_charge_that_was_returned(self) -> None:
        key = authorised_charge(ACCEPTED).key
        path = os.pathsep.join([str(ROOT), str(ROOT / "platform"), *sys.path])
        process = subprocess.run(
            [sys.executable, "-c", self.SCRIPT, str(key)],
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
        )
        assert (process.returncode, process.stdout) == (-9, "captured\n"), process.stderr
        stored = provider.find(key=key)
        assert stored is not None
        assert stored.status == Status.CAPTURED
