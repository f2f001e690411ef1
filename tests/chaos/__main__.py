"""
`make chaos`: shoppers buy until enough messages are sent and each fault was injected at least once; then it counts.

MESSAGES (20,000) is the least number of messages; SEED determines the purchases and the faults. The exit status is 1
unless nothing is lost, nothing has happened twice and nothing is stuck. Ctrl-C ends the load early and counts; a second
Ctrl-C ends everything.
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

TIMEOUT = 600.0  # seconds within which all messages must be handled
POLL_INTERVAL = 0.5  # seconds
ACCEPTED = LOCAL / "accepted.json"


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    messages = int(os.environ.get("MESSAGES") or "20000")
    seed = int(os.environ.get("SEED") or SystemRandom().randrange(1_000_000))
    LOG.unlink(missing_ok=True)
    print(f"MESSAGES={messages} SEED={seed}; the shop logs to {LOG}", flush=True)
    try:
        with environment.running(units=messages // 100) as shop:
            return _run(shop, messages=messages, seed=seed)
    except (PostgresUnavailable, WebServerUnavailable) as error:
        sys.exit(str(error))


def _run(shop: environment.Environment, *, messages: int, seed: int) -> int:
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
    load_seconds = time.monotonic() - began
    drain_seconds = _wait_until_idle(with_deadlines=False)
    _bring_deadlines_forward()
    _wait_until_idle(with_deadlines=True)
    ACCEPTED.write_text(json.dumps(shoppers.accepted))
    with psycopg.connect(settings.DATABASE_URL) as database:
        violations = shoppers.unexpected_refusals + counting.find_violations(
            database, accepted=shoppers.accepted, sent_mail=SENT_MAIL
        )
        print(
            report.table(database, shoppers, faults, violations, load_seconds=load_seconds, drain_seconds=drain_seconds)
        )
    return 1 if violations else 0


def _stop_load(faults: Faults) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    faults.stop()


def _sent() -> int:
    with psycopg.connect(settings.DATABASE_URL) as database:
        return counting.sent(database)


def _bring_deadlines_forward() -> None:
    """Let the deadline of every order come now: afterwards each order is settled or stuck."""
    with psycopg.connect(settings.DATABASE_URL) as database:
        database.execute("UPDATE ordering.messaging_outboxmessage SET available_at = now() WHERE state = 'pending'")


def _wait_until_idle(*, with_deadlines: bool) -> float:
    """Wait until no message is pending, at most TIMEOUT seconds, and return the seconds that it took."""
    began = time.monotonic()
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as database:
        while counting.pending(database, with_deadlines=with_deadlines):
            if time.monotonic() > began + TIMEOUT:
                break  # the messages that are left are counted as stuck
            time.sleep(POLL_INTERVAL)
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
