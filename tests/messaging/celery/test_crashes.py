"""Crashes of a worker or the broker, with the same checks as `tests/journeys/test_crashes.py`."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from subprocess import Popen

import pytest
from django.conf import settings

from tests.journeys.test_crashes import (
    DECLINED_CARD,
    ON_HAND,
    Purchase,
    check_final_state,
    check_mail,
    length_of_a_purchase,
    mailbox,  # noqa: F401 - a fixture
)
from tests.messaging.celery.processes import broker, broker_url, worker
from tests.server import free_port
from tests.shop import GOOD_CARD, coupon, create_variant
from tests.threads import wait_until_idle
from tools.local import webserver

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("real_commits", "mailbox")]

CRASHES = 8

Start = Callable[[], AbstractContextManager[Popen[bytes]]]


@pytest.mark.parametrize("victim", ["broker", "ordering"])
def test_crashes_of_a_worker_or_the_broker_leave_every_purchase_complete(
    victim: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_variant("MUG", price="10.00", on_hand=ON_HAND)
    create_variant("PAN", price="35.00", on_hand=ON_HAND)
    coupon("TENTH", max_uses=ON_HAND)
    port, broker_port, length, crashed_at = free_port(), free_port(), 0.0, Counter[str]()
    monkeypatch.setenv("CELERY_BROKER_URL", broker_url(broker_port))
    start: dict[str, Start] = {"broker": partial(broker, broker_port)}
    start |= {name: partial(worker, name, broker_url(broker_port), mailbox=tmp_path) for name in settings.CONTEXTS}
    start["web"] = partial(webserver.running, port, workers="1", threads="4")
    begin = start.pop(victim)

    with ExitStack() as others:
        for start_other in start.values():
            others.enter_context(start_other())
        for moment in reversed(range(CRASHES)):  # the latest first, as there
            with begin() as process:
                length = length or length_of_a_purchase(port, tmp_path)
                purchase = Purchase(port, card=DECLINED_CARD if moment % 4 == 3 else GOOD_CARD)
                purchase.send_and_kill(process.pid, after=length * 1.2 * moment / CRASHES)
                crashed_at[purchase.payment()] += 1
        with begin():
            wait_until_idle()

    assert len(crashed_at) > 1, f"the moments are not spread over the purchase: {crashed_at}"
    check_final_state(confirmed=7, declined=2)
    check_mail(tmp_path)
