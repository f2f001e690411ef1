"""The provider asked by many at once, and by a process that dies."""

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
    at_once,
    authorised,
    token_of,
)

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("real_commits")


class TestAtOnce:
    def test_eight_identical_requests_make_one_charge(self) -> None:
        ask = partial(authorised, key=uuid4(), token=token_of())
        answers = at_once(*[ask] * 8)
        assert answers == [ask()] * 8
        assert models.Charge.objects.count() == 1

    def test_a_token_pays_for_one_of_eight_keys(self) -> None:
        answers = at_once(*[partial(authorised, token=token_of())] * 8)
        assert sorted(answer.decline_reason or "" for answer in answers) == ["", *["token_used"] * 7]

    def test_eight_captures_take_the_money_once(self) -> None:
        key = authorised(TIMES_OUT).key
        answers = at_once(*[partial(provider.capture, key=key, now=LATER)] * 8)
        timed_out = [answer for answer in answers if isinstance(answer, ProviderTimedOut)]
        assert len(timed_out) == 1  # only the one that took it
        assert {answer.status for answer in answers if answer not in timed_out} == {Status.CAPTURED}

    def test_a_void_wins_over_the_authorisation_that_it_meets(self) -> None:
        for _ in range(5):
            key, token = uuid4(), token_of()
            answers = at_once(
                partial(provider.void, key=key, now=NOW),
                partial(authorised, key=key, token=token),
                partial(provider.void, key=key, now=NOW),
            )
            assert {answer.key for answer in answers} == {key}
            assert authorised(key=key, token=token).status == Status.VOIDED

    def test_what_is_captured_and_voided_is_either_refunded_or_never_taken(self) -> None:
        for _ in range(5):
            key = authorised().key
            at_once(partial(provider.capture, key=key, now=LATER), partial(provider.void, key=key, now=LATER))
            found = provider.find(key=key)
            assert found is not None
            assert found.status in (Status.REFUNDED, Status.VOIDED)

    def test_a_void_wins_over_the_approval_that_it_meets(self) -> None:
        for _ in range(5):
            charge = authorised(REQUIRES_ACTION)
            approve = partial(Client().post, address_of(charge), {"decision": "approve"})
            void = partial(provider.void, key=charge.key, now=LATER)
            at_once(*[approve] * 4, *[void] * 4)
            found = provider.find(key=charge.key)
            assert found is not None
            assert found.status == Status.VOIDED


@pytest.mark.slow
class TestKilledProcess:
    DIES_AFTER_THE_ANSWER = """
import os, signal, sys
import django
django.setup()
from datetime import UTC, datetime
from uuid import UUID
from demo_payments import provider
print(provider.capture(key=UUID(sys.argv[1]), now=datetime.now(UTC)).status, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

    def test_leaves_every_charge_that_was_answered(self) -> None:
        key = authorised(ACCEPTED).key
        path = os.pathsep.join([str(ROOT), str(ROOT / "platform"), *sys.path])
        process = subprocess.run(
            [sys.executable, "-c", self.DIES_AFTER_THE_ANSWER, str(key)],
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
        )
        assert (process.returncode, process.stdout) == (-9, "captured\n"), process.stderr
        found = provider.find(key=key)
        assert found is not None
        assert found.status == Status.CAPTURED
