"""The settings of the shop under chaos: the demo's, on its own Postgres, which loses no committed row."""

import os
from pathlib import Path

from tools.local import postgres

LOCAL = Path(__file__).resolve().parents[2] / ".local" / "chaos"
DATA = LOCAL.with_name("chaos-postgres")  # `make reset` checks whether a server runs here
DATABASE = "markethall"
SENT_MAIL = LOCAL / "sent_mail"
LOG = LOCAL / "shop.log"

os.environ["MODE"] = "development"
os.environ["DATABASE_URL"] = postgres.url(DATA, DATABASE)
os.environ["EMAIL_FILE_PATH"] = str(SENT_MAIL)
os.environ["WEB_THREADS"] = "12"
# In seconds: short, so that deadlines of unpaid orders pass while faults are injected.
os.environ["ORDER_DEADLINE"] = "90"

from tests.settings_server import *  # noqa: E402, F403
from tests.settings_server import LOGGING  # noqa: E402

EMAIL_BACKEND = "tests.chaos.mail.EmptyFileBackend"
# The many failures log to a file; on stderr they would hide the output of the run.
LOGGING["handlers"]["stderr"] = {
    "class": "logging.FileHandler",
    "filename": LOG,
    "formatter": "everything",
    "delay": True,
}
