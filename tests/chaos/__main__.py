"""
`make chaos`: a crowd buys until so many messages are sent and everything has been killed at least once; then it counts.

MESSAGES (20,000) says how many at least, SEED what is bought and what is killed when. Exit status 1 unless nothing is
lost, nothing has happened twice and nothing is stuck. Ctrl-C ends the load early and counts; a second one ends it all.
"""

import json
import os
import signal
import sys
import time
from random import SystemRandom

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.chaos.settings"
django.setup()

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402

from devserver.binaries import PostgresUnavailable  # noqa: E402
from devserver.webserver import WebServerUnavailable  # noqa: E402
from tests.chaos import counting, house, report  # noqa: E402
from tests.chaos.crowd import Crowd  # noqa: E402
from tests.chaos.havoc import Havoc  # noqa: E402
from tests.chaos.settings import LOCAL, LOG, SENDINGS  # noqa: E402

PATIENCE = 600.0  # seconds until all must be at rest
LOOK_EVERY = 0.5  # seconds
TOLD = LOCAL / "told.json"


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    messages = int(os.environ.get("MESSAGES") or "20000")
    seed = int(os.environ.get("SEED") or SystemRandom().randrange(1_000_000))
    LOG.unlink(missing_ok=True)
    print(f"MESSAGES={messages} SEED={seed}; what the shop logs is in {LOG}", flush=True)
    try:
        with house.opened(pieces=messages // 100) as shop:
            return _try_out(shop, messages=messages, seed=seed)
    except (PostgresUnavailable, WebServerUnavailable) as error:
        sys.exit(str(error))


def _try_out(shop: house.House, *, messages: int, seed: int) -> int:
    began = time.monotonic()
    crowd, havoc = Crowd(shop.ports, seed=seed), Havoc(shop, seed=seed)
    signal.signal(signal.SIGINT, lambda *_: _hurry(havoc))
    try:
        while not havoc.is_called_off and not (havoc.has_struck_all and _sent() >= messages):
            havoc.strike()
    except BaseException:
        crowd.flee()
        raise
    crowd.leave()
    load_took = time.monotonic() - began
    rest_took = _wait_for_rest(with_deadlines=False)
    _bring_deadlines_forward()
    _wait_for_rest(with_deadlines=True)
    TOLD.write_text(json.dumps(crowd.told))
    with psycopg.connect(settings.DATABASE_URL) as database:
        wrong = crowd.wronged + counting.all_that_is_wrong(database, told=crowd.told, sendings=SENDINGS)
        print(report.table(database, crowd, havoc, wrong, load_took=load_took, rest_took=rest_took))
    return 1 if wrong else 0


def _hurry(havoc: Havoc) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    havoc.call_off()


def _sent() -> int:
    with psycopg.connect(settings.DATABASE_URL) as database:
        return counting.sent(database)


def _bring_deadlines_forward() -> None:
    """Let the deadline of every order come now: all are settled by then, or stuck."""
    with psycopg.connect(settings.DATABASE_URL) as database:
        database.execute("UPDATE ordering.messaging_outboxmessage SET available_at = now() WHERE state = 'pending'")


def _wait_for_rest(*, with_deadlines: bool) -> float:
    """Wait until no message is under way, though not for ever, and return how many seconds it took."""
    began = time.monotonic()
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as database:
        while counting.under_way(database, with_deadlines=with_deadlines):
            if time.monotonic() > began + PATIENCE:
                break  # what is left is counted as stuck
            time.sleep(LOOK_EVERY)
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
