"""The contexts of this process, their databases, and the cache that processes share."""

from django.core.exceptions import ImproperlyConfigured

from config import contexts, local_postgres
from config.databases import database_settings
from config.settings.base import DEVELOPMENT, LOCAL_DIR, SECRET_KEY, env

CONTEXTS = contexts.CONTEXTS
IDENTITY = contexts.IDENTITY
SCHEMAS = contexts.SCHEMAS
SUBSCRIPTIONS = contexts.SUBSCRIPTIONS
ALIAS_OF_APP = CONTEXTS | {contexts.DEMO_PAYMENTS: contexts.DEMO_PAYMENTS}
WEB_THREADS = env.int("WEB_THREADS", default=8)  # how many requests each web process handles at once
# How many messages each process handles at once, besides requests; 0: none, and `manage.py work` must run.
DISPATCHER_THREADS = env.int("DISPATCHER_THREADS", default=2)
# The Postgres server and database, as postgresql://user:password@host:5432/name. `provision` needs the administrator;
# web and worker do not need its user and password.
DATABASE_URL = env.str("DATABASE_URL", default="")
if not DATABASE_URL and DEVELOPMENT:
    DATABASE_URL = local_postgres.url(LOCAL_DIR / "postgres", "markethall")
if not DATABASE_URL:
    raise ImproperlyConfigured("DATABASE_URL: name the Postgres server and database, as its administrator")
DATABASES = database_settings(
    env, administrator_url=DATABASE_URL, secret=SECRET_KEY, threads=WEB_THREADS + DISPATCHER_THREADS
)
# Seconds after which Postgres cancels a statement of the shop; 0: never. `provision` writes this and the next two
# limits into the logins; they apply to connections that are opened afterwards, and not to migrations.
DATABASE_STATEMENT_TIMEOUT = env.int("DATABASE_STATEMENT_TIMEOUT", default=30)
DATABASE_LOCK_TIMEOUT = env.int("DATABASE_LOCK_TIMEOUT", default=10)  # seconds to wait for a lock; 0: no limit
# Seconds that a transaction may be open and idle, while others wait for its locks; 0: no limit.
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

# The Redis in which processes share the counts of rate limits, as redis://:password@host:6379/0; its data may be lost.
# Empty: each process counts separately.
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "web_api.throttling.cache.RedisWithMemoryFallback"
        if REDIS_URL
        else "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"MAX_ENTRIES": 10_000},  # in the memory of a process
    }
}
