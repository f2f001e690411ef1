"""
Settings, all from the environment (12-factor). A secret may stand in a file instead: `SECRET_KEY_FILE` names it.
The comment behind what is read from there, or right above it, is for operators: `make docs` copies it to their table.

`MODE` is `production` unless said otherwise. What is only good for a newcomer's machine (a known secret, an
embedded Postgres, e-mails in files) exists in `development` alone. The demo's payment provider is the default there;
in production it must be asked for by name, and says at each start that no money moves.
"""

import re
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config import contexts, operators
from config.databases import database_settings
from config.environment import Environment
from devserver import postgres

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = BASE_DIR / ".local"

env = Environment()

# `production`, or `development`: a known secret, an embedded Postgres, e-mails in files.
MODE = env.str("MODE", default="production")
if MODE not in ("production", "development"):
    raise ImproperlyConfigured(f"MODE is {MODE!r}: set it to production or development")
DEVELOPMENT = MODE == "development"
DEBUG = False

DEVELOPMENT_SECRET = "this one is known to everybody, and refused in production"  # noqa: S105
# At least 50 random characters, which nobody else knows. Whoever changes it signs everybody out.
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_SECRET if DEVELOPMENT else "")
if not DEVELOPMENT and (len(SECRET_KEY) < 50 or SECRET_KEY == DEVELOPMENT_SECRET):
    raise ImproperlyConfigured(
        "SECRET_KEY: set at least 50 random characters, or SECRET_KEY_FILE to a file of them;"
        " the demo's is for MODE=development alone"
    )
# Secret keys of before, with spaces between, by which second factors can still be read.
SECRET_KEY_FALLBACKS = env.str("SECRET_KEY_FALLBACKS", default="").split()
# The shop's name, such as shop.example. `localhost`: plain HTTP, on this machine alone.
DOMAIN = env.str("DOMAIN", default="localhost" if DEVELOPMENT else "")
if not re.fullmatch(r"[A-Za-z0-9.-]*", DOMAIN):
    raise ImproperlyConfigured(f"DOMAIN is {DOMAIN!r}: set a name such as shop.example, without https://, port or path")
HTTPS = DOMAIN != "localhost"
# The names by which the shop may be called, with commas between them. Empty: the domain alone.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[DOMAIN] if HTTPS and DOMAIN else [])
if not HTTPS:
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1"]

# Contexts and their data ---------------------------------------------------------------------------------

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
    DATABASE_URL = postgres.url(LOCAL_DIR / "postgres", "markethall")
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
        "BACKEND": "rate_limits.cache.RedisElseMemory"
        if REDIS_URL
        else "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"MAX_ENTRIES": 10_000},  # of what a process keeps in its own memory
    }
}

# The broker through which Celery carries messages to workers, as redis://:password@host:6379/0 or
# amqp://user:password@host:5672//; empty: they are handled where they are sent from.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
if CELERY_BROKER_URL and CELERY_BROKER_URL.partition("://")[0] not in ("redis", "rediss", "amqp"):
    raise ImproperlyConfigured(
        "CELERY_BROKER_URL does not fit: redis://, rediss:// or amqp:// is needed, as in amqp://user:password@host:5672//"
    )
BUS = "celery_bus.bus.CeleryBus" if CELERY_BROKER_URL else "building_blocks.messaging.bus.InProcessBus"
MESSAGES_KEPT = env.int("MESSAGES_KEPT", default=30)  # days that messages are kept after they had their effect
if MESSAGES_KEPT < 2:
    raise ImproperlyConfigured("MESSAGES_KEPT: keep messages for at least 2 days, else periodic work may be done twice")
# Days that a used Idempotency-Key is kept: a request that is repeated later is a new one.
IDEMPOTENCY_KEYS_KEPT = env.int("IDEMPOTENCY_KEYS_KEPT", default=7)
if IDEMPOTENCY_KEYS_KEPT < 1:
    raise ImproperlyConfigured("IDEMPOTENCY_KEYS_KEPT: keep them for at least 1 day, since clients repeat what failed")
BASKETS_KEPT = env.int("BASKETS_KEPT", default=90)  # days that a basket without a customer is kept untouched

# How contexts call each other: `local`, or `wire`, which is `local` through JSON, as the tests do it.
INTERFACE_CARRIER = env.str("INTERFACE_CARRIER", default="local")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "contexts.identity.apps.AllauthAccountConfig",
    "allauth.headless",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "building_blocks.databases",
    "building_blocks.messaging",
    "building_blocks.idempotency",
    "message_desk",
    "provisioning",
    "contexts.identity",
    "contexts.catalog",
    "contexts.basket",
    "contexts.ordering",
    "gateway",
    "demo_payments",
    "backoffice.apps.BackofficeConfig",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "backoffice.apps.OperatorAdminConfig",
    "config.apps.DeploymentConfig",
    *(["devserver", "contracts"] if DEVELOPMENT else []),
]

# Who is who ----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = contexts.AUTH_USER_MODEL
AUTHENTICATION_BACKENDS = ["contexts.identity.adapters.passwords.PasswordBackend"]
PASSWORD_HASHERS = ["contexts.identity.adapters.passwords.PasswordHasher"]
# Passwords that each web process looks at at once, which takes a processor and 19 MiB for each; the next ones wait.
HASHES_AT_ONCE = env.int("HASHES_AT_ONCE", default=2)
# Seconds that one of them waits before it is told to come again.
HASHING_PATIENCE = env.int("HASHING_PATIENCE", default=5)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "contexts.identity.adapters.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
MFA_ADAPTER = "contexts.identity.adapters.second_factor.SecondFactorAdapter"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # decision 0014
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 3  # times
EMAIL_CODE_LIFETIME = 10 * 60  # seconds
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = EMAIL_CODE_LIFETIME
ACCOUNT_CHANGE_EMAIL = True  # an account has one address, and another takes its place
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# How often something may be tried by one client (`ip`) or for one e-mail address (`key`), such as 10/m/ip,5/300s/key.
ACCOUNT_RATE_LIMITS = {
    "login": env.rates("SIGN_IN_RATE_LIMIT", default="30/m/ip", per="ip"),  # sign-ins, right or wrong
    "login_failed": env.rates("SIGN_IN_FAILURE_RATE_LIMIT", default="10/m/ip,5/300s/key"),  # failed ones, app codes too
    "signup": env.rates("SIGN_UP_RATE_LIMIT", default="20/m/ip", per="ip"),  # sign-ups
    "confirm_email": env.rates("EMAIL_CODE_RATE_LIMIT", default="1/10s/key,6/h/key"),  # codes that verify an address
    "reset_password": env.rates("RESET_RATE_LIMIT", default="20/m/ip,2/m/key,6/h/key"),  # requests for a new password
    "change_password": "5/300s/user",  # each looks at the present one
}
HEADLESS_ONLY = True
HEADLESS_FRONTEND_URLS = {"account_signup": "/", "account_reset_password": "/"}  # allauth asks; our mails have no links
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "contexts.identity.adapters.tokens.TokenStrategy"  # noqa: S105
ACCESS_TOKEN_LIFETIME = env.int("ACCESS_TOKEN_LIFETIME", default=300)  # seconds that an access token is good for
# Seconds that a customer stays signed in without using the shop.
REFRESH_TOKEN_LIFETIME = SESSION_COOKIE_AGE = env.int("REFRESH_TOKEN_LIFETIME", default=30 * 24 * 3600)
# Seconds in which a refresh token is good again, since two tabs may show it at once; 0: it is good once alone.
REFRESH_GRACE = env.int("REFRESH_GRACE", default=10)
# Ed25519 keys as JWK documents, one a line: the first signs, all verify. With none, one derives from SECRET_KEY.
TOKEN_SIGNING_KEYS = [key for key in env.str("TOKEN_SIGNING_KEYS", default="").splitlines() if key.strip()]
TOKEN_ISSUER = env.str("TOKEN_ISSUER", default="markethall")  # who issues access tokens, as they say themselves

# Operators -----------------------------------------------------------------------------------------------

OPERATORS_PATH = operators.PATH
OPERATOR_ROLES = operators.ROLES
OPERATOR_SESSION_AGE = env.int("OPERATOR_SESSION_AGE", default=8 * 3600)  # seconds until an operator signs in again
# Whether operators sign in with a second factor; `false` where they need none.
OPERATOR_SECOND_FACTOR = env.bool("OPERATOR_SECOND_FACTOR", default=not DEVELOPMENT)
# Operators' sign-ins for one e-mail address, from addresses where it has not signed in lately: 20/h, 100/d.
OPERATOR_SIGN_IN_RATE_LIMIT = env.rate("OPERATOR_SIGN_IN_RATE_LIMIT", default="20/h")
SIGN_IN_PLACE_KEPT = 30 * 24 * 3600  # seconds that an address counts as one where a person has signed in lately
OPERATOR_SIGN_INS_FROM_ONE_ADDRESS = (30, 60)  # how many, right or wrong, in how many seconds
OPERATOR_SIGN_IN_ATTEMPTS = 5
OPERATOR_SIGN_IN_WINDOW = 300  # seconds; counted in the cache, so by all processes where they share one
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LOGIN_REDIRECT_URL = operators.PATH
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "backoffice.trouble.stale_form"
UNFOLD = operators.UNFOLD

# HTTP ----------------------------------------------------------------------------------------------------

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
MIDDLEWARE = [
    "gateway.reading.read_to_the_end",
    "gateway.middleware.RequestContext",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gateway.content_policy.content_policy",
    "gateway.caching.no_store_by_default",
    "gateway.probes.probes",
    "backoffice.middleware.operators_only",
    "gateway.middleware.plausible_request",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "gateway.parameters.KnownParameters",
]
# Sessions, users and messages are there for operators alone, by `operators_only`; and only they are known by a
# cookie, on pages of which each guards itself against requests in a visitor's name (decision 0013).
SILENCED_SYSTEM_CHECKS = ["security.W003", "admin.E408", "admin.E409", "admin.E410"]
APPEND_SLASH = False
BODY_LIMIT = 1_000_000  # bytes
UPLOAD_PATH = operators.UPLOAD_PATH
UPLOAD_LIMIT = 10_000_000  # bytes of one file
UPLOAD_BODY_LIMIT = 64_000_000  # bytes of a form with files in it
FILE_UPLOAD_HANDLERS = [
    "backoffice.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# The folder of the pictures, which the web processes share.
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(LOCAL_DIR / "media") if DEVELOPMENT else "/srv/shop/pictures")
MEDIA_URL = "/api/v1/catalog/pictures/"  # pictures are all there is so far, and catalog serves them itself
STATIC_URL = "/static/"
STATIC_ROOT = None if DEVELOPMENT else BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = DEVELOPMENT
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(livez|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# A browser takes a cookie of such a name over HTTPS alone, and from nobody in between.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = (f"{'__Secure-' * HTTPS}{name}" for name in ("sessionid", "csrftoken"))
# Whether a proxy of ours is in front, whose X-Forwarded-Proto and -For are true.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # whose word on the client's address its rate limits take

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["building_blocks.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PARSER_CLASSES": ["building_blocks.api.parsing.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["building_blocks.api.rendering.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "building_blocks.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
}

# The shop ------------------------------------------------------------------------------------------------

CURRENCY = "EUR"
LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["config.formats"]
# How the shop calls itself, in e-mails and in the app that shows codes.
SHOP_NAME = MFA_TOTP_ISSUER = env.str("SHOP_NAME", default="Markethall")
# Who takes the money. `demo` moves none. Empty: no order can be paid.
PAYMENT_PROVIDER = env.str("PAYMENT_PROVIDER", default="demo" if DEVELOPMENT else "")
if PAYMENT_PROVIDER not in ("demo", ""):
    raise ImproperlyConfigured(
        f"PAYMENT_PROVIDER is {PAYMENT_PROVIDER!r}: there is none but demo, which moves no money"
    )
# How often a customer may try a coupon, or an address where nobody is signed in: 20/m, 5/300s, 100/h, or off.
COUPON_RATE_LIMIT = env.rate("COUPON_RATE_LIMIT", default="20/m")
# The same for sending an order.
ORDER_RATE_LIMIT = env.rate("ORDER_RATE_LIMIT", default="60/m")
# Orders, each of which brings e-mails, for one address that is named with the order.
ORDER_EMAIL_RATE_LIMIT = env.rate("ORDER_EMAIL_RATE_LIMIT", default="20/h")
# Baskets that one client's address may begin, where nobody is signed in.
BASKET_RATE_LIMIT = env.rate("BASKET_RATE_LIMIT", default="100/h")
ORDER_DEADLINE = env.int("ORDER_DEADLINE", default=15 * 60)  # seconds until an unpaid order is cancelled
EMAIL_BACKEND = "devserver.mail.FileBackend" if DEVELOPMENT else "config.mail.UnsetBackend"
EMAIL_TIMEOUT = 10  # seconds
# The mail server, as smtp+tls://user:password@host:587. Empty: none is sent; confirmations wait for `events replay`.
if EMAIL_URL := env.str("EMAIL_URL", default=""):
    vars().update(env.mail_server("EMAIL_URL"))
EMAIL_FILE_PATH = LOCAL_DIR / "mail"
# The sender of all e-mails.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="shop@localhost")

# What it tells of itself ---------------------------------------------------------------------------------

# How lines of the log look: `json`, or `lines`, for people.
LOG_FORMAT = env.str("LOG_FORMAT", default="lines" if DEVELOPMENT else "json")
if LOG_FORMAT not in ("lines", "json"):
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT!r}: set it to json or lines")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "telemetry.logs.JsonLines"},
        "lines": {"()": "telemetry.logs.ReadableLines"},
        "everything": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},  # what errors quote, too
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "everything" if DEVELOPMENT and LOG_FORMAT == "lines" else LOG_FORMAT,
        }
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},  # the access line tells of the rest
        "django.db.backends": {"level": "INFO"},  # below, it writes every query with its values
        "celery": {"level": "WARNING"},  # below, it writes two lines for every message
    },
}
METRICS_PORT = env.int("METRICS_PORT", default=0)  # where a worker answers Prometheus; 0: nowhere
# Where traces go, by OTLP over HTTP, such as http://collector:4318. Empty: nowhere.
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")

SPECTACULAR_SETTINGS = {
    "TITLE": "Markethall",
    "DESCRIPTION": "The storefront API: products, basket, orders, identity.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,  # our PATCHes, too, demand what their serializers demand
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "building_blocks.api.openapi.add_refusal_of_requests",
        "building_blocks.api.openapi.add_schemas",
    ],
}
