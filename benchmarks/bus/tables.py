"""The contents of the tables before a measurement: none, or those of a busy shop in a bad month."""

import argparse
import os

import django
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.bus.settings")
django.setup()

from benchmarks.bus.models import Effect  # noqa: E402
from benchmarks.bus.traffic import RECEIVER, SENDER  # noqa: E402
from benchmarks.settings import DATA, DATABASE  # noqa: E402
from provisioning.provision import as_administrator  # noqa: E402
from tools.local import postgres  # noqa: E402

BEHIND_EACH = 100  # messages blocked by each dead one

MESSAGE = {
    "message_id": "gen_random_uuid()",
    "type": "'catalog.price_measured.v1'",
    "source": "'catalog'",
    "subject": f"'product ' || n / {BEHIND_EACH}",
    "data": """'{"product_id": "6d7c0a2e-5a5c-4d0a-8f5c-0d5f0b0a7c11", "sku": "MUG-BLUE-350ML", "price": "12.90"}'""",
    "traceparent": "'00-' || md5(n::text) || '-b7ad6b7169203331-01'",
    "occurred_at": "now()",
    "attempts": "1",
    "last_error": "''",
}
SENT = MESSAGE | {"acknowledged_by": "'[]'"}
RECEIVED = MESSAGE | {"handler": "'basket.nobody'", "received_at": "now()"}
QUEUES = (
    (f"{SENDER}.messaging_outboxmessage", SENT, "'done'"),
    (f"{RECEIVER}.messaging_inboxmessage", RECEIVED, "'handled'"),
)


def make_database() -> None:
    """Recreate the database of these settings, with the tables of the shop and of this benchmark."""
    with psycopg.connect(postgres.url(DATA), autocommit=True) as administrator:
        administrator.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)".encode())
    call_command("provision", verbosity=0)
    for alias in (SENDER, RECEIVER):
        with as_administrator(alias, settings.DATABASE_URL), connections[alias].schema_editor() as editor:
            editor.create_model(Effect)


def fill(finished: int) -> None:
    """
    Fill an outbox and an inbox.

    :param finished: the number of done or handled messages; a twentieth of it are held back, and another twentieth are
        blocked by dead ones.
    """
    first_is_dead = f"CASE n % {BEHIND_EACH} WHEN 0 THEN 'dead' ELSE 'pending' END"
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as administrator:
        for table, columns, state_of_finished in QUEUES:
            for count, state, due, in_order in (
                (finished, state_of_finished, "now()", "false"),
                (finished // 20, "'pending'", "now() + interval '1 day'", "false"),
                (finished // 20, first_is_dead, "now()", "true"),
            ):
                row = columns | {"state": state, "available_at": due, "in_order": in_order}
                administrator.execute(
                    f"INSERT INTO {table} ({', '.join(row)})"
                    f" SELECT {', '.join(row.values())} FROM generate_series(0, {count - 1}) AS n".encode()
                )
            administrator.execute(f"VACUUM ANALYZE {table}".encode())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--finished", type=int, default=0)
    options = parser.parse_args()
    make_database()
    if options.finished:
        fill(options.finished)
