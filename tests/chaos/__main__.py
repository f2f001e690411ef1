"""
`make chaos`: shoppers buy until so many messages are sent and everything has been killed at least once; then it counts.

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

from tests.chaos import counting, environment, report  # noqa: E402
from tests.chaos.faults import Faults  # noqa: E402
from tests.chaos.settings import LOCAL, LOG, SENT_MAIL  # noqa: E402
from tests.chaos.shoppers import Shoppers  # noqa: E402
from tools.local.binaries import PostgresUnavailable  # noqa: E402
from tools.local.webserver import WebServerUnavailable  # noqa: E402

TIMEOUT = 600.0  # seconds until all must be at rest
POLL_INTERVAL = 0.5  # seconds
ACCEPTED = LOCAL / "accepted.json"


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    messages = int(os.environ.get("MESSAGES") or "20000")
    seed = int(os.environ.get("SEED") or SystemRandom().randrange(1_000_000))
    LOG.unlink(missing_ok=True)
    print(f"MESSAGES={messages} SEED={seed}; what the shop logs is in {LOG}", flush=True)
    try:
        with environment.running(units=messages // 100) as shop:
            return _try_out(shop, messages=messages, seed=seed)
    except (PostgresUnavailable, WebServerUnavailable) as error:
        sys.exit(str(error))


def _try_out(shop: environment.Environment, *, messages: int, seed: int) -> int:
    began = time.monotonic()
    shoppers, faults = Shoppers(shop.ports, seed=seed), Faults(shop, seed=seed)
    signal.signal(signal.SIGINT, lambda *_: _stop_load(faults))
    try:
        while not faults.is_stopped and not (faults.has_injected_all and _sent() >= messages):
            faults.inject_next()
    except BaseException:
        shoppers.abort()
        raise
    shoppers.finish()
    load_took = time.monotonic() - began
    rest_took = _wait_until_idle(with_deadlines=False)
    _bring_deadlines_forward()
    _wait_until_idle(with_deadlines=True)
    ACCEPTED.write_text(json.dumps(shoppers.accepted))
    with psycopg.connect(settings.DATABASE_URL) as database:
        violations = shoppers.unexpected_refusals + counting.find_violations(
            database, accepted=shoppers.accepted, sent_mail=SENT_MAIL
        )
        print(report.table(database, shoppers, faults, violations, load_took=load_took, rest_took=rest_took))
    return 1 if violations else 0


def _stop_load(faults: Faults) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    faults.stop()


def _sent() -> int:
    with psycopg.connect(settings.DATABASE_URL) as database:
        return counting.sent(database)


def _bring_deadlines_forward() -> None:
    """Let the deadline of every order come now: all are settled by then, or stuck."""
    with psycopg.connect(settings.DATABASE_URL) as database:
        database.execute("UPDATE ordering.messaging_outboxmessage SET available_at = now() WHERE state = 'pending'")


def _wait_until_idle(*, with_deadlines: bool) -> float:
    """Wait until no message is under way, though not for ever, and return how many seconds it took."""
    began = time.monotonic()
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as database:
        while counting.under_way(database, with_deadlines=with_deadlines):
            if time.monotonic() > began + TIMEOUT:
                break  # what is left is counted as stuck
            time.sleep(POLL_INTERVAL)
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
