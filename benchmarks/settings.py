"""The settings of a measurement: those of the demo, with a separate database and two bare views."""

import os
from pathlib import Path

from tools.local import postgres

LOCAL = Path(__file__).resolve().parent.parent / ".local"
DATA = LOCAL / "bench-postgres"
DATABASE = os.environ.get("BENCH_DATABASE", "markethall")
THREADS = 8

os.environ["MODE"] = "development"
os.environ["WEB_THREADS"] = str(THREADS)
os.environ["DATABASE_URL"] = postgres.url(DATA, DATABASE)

from config.settings import *  # noqa: E402, F403
from config.settings import LOGGING  # noqa: E402

ROOT_URLCONF = "benchmarks.urls"
# All clients come from one address.
COUPON_RATE_LIMIT = ORDER_RATE_LIMIT = ORDER_EMAIL_RATE_LIMIT = BASKET_RATE_LIMIT = None
EMAIL_FILE_PATH = LOCAL / "bench-mail"
# The access log is part of the measurement, but its lines would hide the results on the terminal.
LOGGING["handlers"]["stderr"] = {
    "class": "logging.FileHandler",
    "filename": LOCAL / "bench.log",
    "formatter": "json",
    "delay": True,
}
