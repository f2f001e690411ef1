"""The settings of the shop under chaos: the demo's, on a Postgres of its own that forgets nothing it has committed."""

import os
from pathlib import Path

from tools.local import postgres

LOCAL = Path(__file__).resolve().parents[2] / ".local" / "chaos"
DATA = LOCAL.with_name("chaos-postgres")  # where `make reset` looks whether one is running
DATABASE = "markethall"
SENT_MAIL = LOCAL / "sent_mail"
LOG = LOCAL / "shop.log"

os.environ["MODE"] = "development"
os.environ["DATABASE_URL"] = postgres.url(DATA, DATABASE)
os.environ["EMAIL_FILE_PATH"] = str(SENT_MAIL)
os.environ["WEB_THREADS"] = "12"
# Soon enough to come while things break: what is not paid for by then is cancelled.
os.environ["ORDER_DEADLINE"] = "90"

from tests.settings_server import *  # noqa: E402, F403
from tests.settings_server import LOGGING  # noqa: E402

EMAIL_BACKEND = "tests.chaos.mail.EmptyFileBackend"
# Of so many failures each leaves its lines, which would hide what the run itself has to say.
LOGGING["handlers"]["stderr"] = {
    "class": "logging.FileHandler",
    "filename": LOG,
    "formatter": "everything",
    "delay": True,
}
