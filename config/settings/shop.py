"""What the shop sells by: currency, payment provider, deadlines, limits, e-mail."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import DEVELOPMENT, LOCAL_DIR, env

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
EMAIL_BACKEND = "config.mail.FileBackend" if DEVELOPMENT else "config.mail.NoMailServerBackend"
EMAIL_TIMEOUT = 10  # seconds
# The mail server, as smtp+tls://user:password@host:587. Empty: none is sent; confirmations wait for `events replay`.
if EMAIL_URL := env.str("EMAIL_URL", default=""):
    vars().update(env.mail_server("EMAIL_URL"))
EMAIL_FILE_PATH = LOCAL_DIR / "mail"
# The sender of all e-mails.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="shop@localhost")
# Days that a used Idempotency-Key is kept: a request that is repeated later is a new one.
IDEMPOTENCY_KEYS_KEPT = env.int("IDEMPOTENCY_KEYS_KEPT", default=7)
if IDEMPOTENCY_KEYS_KEPT < 1:
    raise ImproperlyConfigured("IDEMPOTENCY_KEYS_KEPT: keep them for at least 1 day, since clients repeat what failed")
BASKETS_KEPT = env.int("BASKETS_KEPT", default=90)  # days that a basket without a customer is kept untouched
