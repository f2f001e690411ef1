"""The contexts of this process, and where the data of each is: Postgres, and the cache that processes share."""

from django.core.exceptions import ImproperlyConfigured

from config import contexts, local_postgres
from config.databases import database_settings
from config.settings.base import DEVELOPMENT, LOCAL_DIR, SECRET_KEY, env

CONTEXTS = contexts.CONTEXTS
IDENTITY = contexts.IDENTITY
SCHEMAS = contexts.SCHEMAS
SUBSCRIPTIONS = contexts.SUBSCRIPTIONS
ALIAS_OF_APP = CONTEXTS | {contexts.DEMO_PAYMENTS: contexts.DEMO_PAYMENTS}
WEB_THREADS = env.int("WEB_THREADS", default=8)  # requests at once in each web process
# Messages at once, beside the requests; 0: none, and `manage.py work` must run.
DISPATCHER_THREADS = env.int("DISPATCHER_THREADS", default=2)
# The Postgres server and database, as postgresql://user:password@host:5432/name. `provision` needs the administrator;
# web and worker need no user and password in it.
DATABASE_URL = env.str("DATABASE_URL", default="")
if not DATABASE_URL and DEVELOPMENT:
    DATABASE_URL = local_postgres.url(LOCAL_DIR / "postgres", "markethall")
if not DATABASE_URL:
    raise ImproperlyConfigured("DATABASE_URL: name the Postgres server and database, as its administrator")
DATABASES = database_settings(
    env, administrator_url=DATABASE_URL, secret=SECRET_KEY, threads=WEB_THREADS + DISPATCHER_THREADS
)
# Seconds that Postgres gives the shop for one statement, 0 for ever. This and the next two are written into the logins
# by `provision`, and hold for connections that are made after it. Migrations have no such limits.
DATABASE_STATEMENT_TIMEOUT = env.int("DATABASE_STATEMENT_TIMEOUT", default=30)
DATABASE_LOCK_TIMEOUT = env.int("DATABASE_LOCK_TIMEOUT", default=10)  # seconds to wait for what another has locked
# Seconds that a transaction may lie open and do nothing, while others wait for what it has locked.
DATABASE_IDLE_TIMEOUT = env.int("DATABASE_IDLE_TIMEOUT", default=60)
DATABASE_TIME_LIMITS = {
    "statement_timeout": DATABASE_STATEMENT_TIMEOUT,
    "lock_timeout": DATABASE_LOCK_TIMEOUT,
    "idle_in_transaction_session_timeout": DATABASE_IDLE_TIMEOUT,
}
if min(DATABASE_TIME_LIMITS.values()) < 0:
    raise ImproperlyConfigured("DATABASE_…_TIMEOUT: set a number of seconds, or 0 for no limit")
DATABASE_ROUTERS = ["building_blocks.databases.router.ContextRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What the processes share beside the databases, such as redis://:password@host:6379/0: counts of tries, for rate
# limits. It may be lost. Empty: each process counts for itself.
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "web_api.throttling.cache.RedisWithMemoryFallback"
        if REDIS_URL
        else "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"MAX_ENTRIES": 10_000},  # of what a process keeps in its own memory
    }
}
