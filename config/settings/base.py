"""The settings that the other files need: the mode, the secret, the shop's domain."""

import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LOCAL_DIR = BASE_DIR / ".local"

env = Environment()

# `production`, or `development`: a known secret, an embedded Postgres, e-mails in files.
MODE = env.str("MODE", default="production")
if MODE not in ("production", "development"):
    raise ImproperlyConfigured(f"MODE is {MODE!r}: set it to production or development")
DEVELOPMENT = MODE == "development"
DEBUG = False

DEVELOPMENT_SECRET = "this one is known to everybody, and refused in production"  # noqa: S105
# At least 50 random characters, kept secret. A new value signs all users out.
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_SECRET if DEVELOPMENT else "")
if not DEVELOPMENT and (len(SECRET_KEY) < 50 or SECRET_KEY == DEVELOPMENT_SECRET):
    raise ImproperlyConfigured(
        "SECRET_KEY: set at least 50 random characters, or SECRET_KEY_FILE to a file of them;"
        " the demo's is only for MODE=development"
    )
# Former secret keys, separated by spaces, with which second factors can still be read.
SECRET_KEY_FALLBACKS = env.str("SECRET_KEY_FALLBACKS", default="").split()
# The shop's domain, such as shop.example. `localhost`: plain HTTP, only on this machine.
DOMAIN = env.str("DOMAIN", default="localhost" if DEVELOPMENT else "")
if not re.fullmatch(r"[A-Za-z0-9.-]*", DOMAIN):
    raise ImproperlyConfigured(f"DOMAIN is {DOMAIN!r}: set a name such as shop.example, without https://, port or path")
HTTPS = DOMAIN != "localhost"
# The host names that the shop accepts, separated by commas. Empty: only the domain.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[DOMAIN] if HTTPS and DOMAIN else [])
if not HTTPS:
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1"]
