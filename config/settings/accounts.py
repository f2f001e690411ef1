"""Customers and their accounts: passwords, sign-in, access and refresh tokens."""

from config import contexts
from config.settings.base import env

AUTH_USER_MODEL = contexts.AUTH_USER_MODEL
AUTHENTICATION_BACKENDS = ["contexts.identity.adapters.passwords.PasswordBackend"]
PASSWORD_HASHERS = ["contexts.identity.adapters.passwords.PasswordHasher"]
# How many passwords each web process checks at once; each takes a processor and 19 MiB, and further ones wait.
HASHES_AT_ONCE = env.int("HASHES_AT_ONCE", default=2)
# Seconds that a further one waits before its request is refused (503).
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
ACCOUNT_CHANGE_EMAIL = True  # an account has one address; a new one replaces it
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Limits by client address (`ip`) and by e-mail address (`key`), such as 10/m/ip,5/300s/key.
ACCOUNT_RATE_LIMITS = {
    "login": env.rates("SIGN_IN_RATE_LIMIT", default="30/m/ip", per="ip"),  # sign-ins, successful or not
    "login_failed": env.rates("SIGN_IN_FAILURE_RATE_LIMIT", default="10/m/ip,5/300s/key"),  # failed ones, app codes too
    "signup": env.rates("SIGN_UP_RATE_LIMIT", default="20/m/ip", per="ip"),  # sign-ups
    "confirm_email": env.rates("EMAIL_CODE_RATE_LIMIT", default="1/10s/key,6/h/key"),  # codes that verify an address
    "reset_password": env.rates("RESET_RATE_LIMIT", default="20/m/ip,2/m/key,6/h/key"),  # requests to reset a password
    "change_password": "5/300s/user",  # each checks the present password
}
HEADLESS_ONLY = True
HEADLESS_FRONTEND_URLS = {
    "account_signup": "/",
    "account_reset_password": "/",
}  # required by allauth; our e-mails have no links
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "contexts.identity.adapters.tokens.TokenStrategy"  # noqa: S105
ACCESS_TOKEN_LIFETIME = env.int("ACCESS_TOKEN_LIFETIME", default=300)  # seconds that an access token is valid
# Seconds after which a customer who does not use the shop is signed out.
REFRESH_TOKEN_LIFETIME = SESSION_COOKIE_AGE = env.int("REFRESH_TOKEN_LIFETIME", default=30 * 24 * 3600)
# Seconds in which a refresh token can be used again, since two tabs may send it at once; 0: it can be used once.
REFRESH_GRACE = env.int("REFRESH_GRACE", default=10)
# Ed25519 keys as JWK documents, one per line: the first signs, all verify. Empty: one key, derived from SECRET_KEY.
TOKEN_SIGNING_KEYS = [key for key in env.str("TOKEN_SIGNING_KEYS", default="").splitlines() if key.strip()]
TOKEN_VERIFICATION_KEYS = "contexts.identity.adapters.signing_keys.public_keys"  # noqa: S105
TOKEN_ISSUER = env.str("TOKEN_ISSUER", default="markethall")  # the issuer (`iss`) of access tokens
