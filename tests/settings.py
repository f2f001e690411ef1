"""The settings of the tests: those of development, on separate databases."""

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
    # The transaction around a test may stay idle for as long as the test needs.
    database["OPTIONS"]["options"] = "-c idle_in_transaction_session_timeout=0"

# Calls of neighbours travel as JSON, so that values which cannot be serialised fail in tests.
INTERFACE_CARRIER = "wire"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Argon2 is slow by design, and tests do not need it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]  # allauth accepts False
STORAGES = STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
OPERATOR_SIGN_INS_FROM_ONE_ADDRESS = (10_000, 60)
COUPON_RATE_LIMIT = ORDER_RATE_LIMIT = ORDER_EMAIL_RATE_LIMIT = BASKET_RATE_LIMIT = None
# Each test client starts its own middleware; without this, WhiteNoise would scan every static file each time.
WHITENOISE_AUTOREFRESH = True
