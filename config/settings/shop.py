"""The shop: currency, payment provider, deadlines, limits, e-mail."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import DEVELOPMENT, LOCAL_DIR, env

CURRENCY = "EUR"
LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["config.formats"]
# The name of the shop in e-mails and in authenticator apps.
SHOP_NAME = MFA_TOTP_ISSUER = env.str("SHOP_NAME", default="Markethall")
# The payment provider. `demo` moves no money. Empty: no order can be paid.
PAYMENT_PROVIDER = env.str("PAYMENT_PROVIDER", default="demo" if DEVELOPMENT else "")
if PAYMENT_PROVIDER not in ("demo", ""):
    raise ImproperlyConfigured(f"PAYMENT_PROVIDER is {PAYMENT_PROVIDER!r}: the only one is demo, which moves no money")
# How often a customer, or a client address without sign-in, may try a coupon: 20/m, 5/300s, 100/h, off.
COUPON_RATE_LIMIT = env.rate("COUPON_RATE_LIMIT", default="20/m")
# The same for placing an order.
ORDER_RATE_LIMIT = env.rate("ORDER_RATE_LIMIT", default="60/m")
# How many orders may be placed with one e-mail address, to which the shop then writes.
ORDER_EMAIL_RATE_LIMIT = env.rate("ORDER_EMAIL_RATE_LIMIT", default="20/h")
# How many baskets a client address may start without sign-in.
BASKET_RATE_LIMIT = env.rate("BASKET_RATE_LIMIT", default="100/h")
ORDER_DEADLINE = env.int("ORDER_DEADLINE", default=15 * 60)  # seconds until an unpaid order is cancelled
EMAIL_BACKEND = "config.mail.FileBackend" if DEVELOPMENT else "config.mail.NoMailServerBackend"
EMAIL_TIMEOUT = 10  # seconds
# The mail server, as smtp+tls://user:password@host:587. Empty: no e-mail is sent; `events replay` can send it later.
if EMAIL_URL := env.str("EMAIL_URL", default=""):
    vars().update(env.mail_server("EMAIL_URL"))
EMAIL_FILE_PATH = LOCAL_DIR / "mail"
# The sender of all e-mails.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="shop@localhost")
# Days that a used Idempotency-Key is stored: a request that is repeated later counts as new.
IDEMPOTENCY_KEYS_KEPT = env.int("IDEMPOTENCY_KEYS_KEPT", default=7)
if IDEMPOTENCY_KEYS_KEPT < 1:
    raise ImproperlyConfigured("IDEMPOTENCY_KEYS_KEPT: set at least 1 day, since clients repeat failed requests")
BASKETS_KEPT = env.int("BASKETS_KEPT", default=90)  # days without a change until a guest's basket is deleted
