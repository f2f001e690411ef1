"""The settings of the tests: those of development, on databases of the tests' own."""

import os
from pathlib import Path

from tools.local import postgres

LOCAL = Path(__file__).resolve().parent.parent / ".local"
TEST_DATA = Path(os.environ.get("TEST_POSTGRES_DIR", LOCAL / "test-postgres"))
TEST_DATABASE = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"

os.environ["MODE"] = "development"
os.environ["DATABASE_URL"] = postgres.url(TEST_DATA, TEST_DATABASE)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STORAGES  # noqa: E402

# A pool would keep connections to a database that the next run replaces.
for database in DATABASES.values():
    del database["OPTIONS"]["pool"]
    # The block around a test may lie open for as long as the test needs.
    database["OPTIONS"]["options"] = "-c idle_in_transaction_session_timeout=0"

# What cannot travel fails at once: neighbours are reached through JSON and the code that serves it.
INTERFACE_CARRIER = "wire"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Argon2 is slow by design; what is tested here is not how slow.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]  # as allauth takes it
STORAGES = STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
OPERATOR_SIGN_INS_FROM_ONE_ADDRESS = (10_000, 60)
COUPON_RATE_LIMIT = ORDER_RATE_LIMIT = ORDER_EMAIL_RATE_LIMIT = BASKET_RATE_LIMIT = None
# Each test client has middleware of its own, and WhiteNoise's would look at every static file at its start.
WHITENOISE_AUTOREFRESH = True
