"""The operators' site: its roles and menu, and sign-in."""

from config import operators
from config.settings.base import DEVELOPMENT, env

OPERATORS_PATH = operators.PATH
OPERATOR_ROLES = operators.ROLES
OPERATOR_SESSION_AGE = env.int("OPERATOR_SESSION_AGE", default=8 * 3600)  # seconds until an operator must sign in again
# Whether operators must sign in with a second factor. In production they must, unless this is `false`.
OPERATOR_SECOND_FACTOR = env.bool("OPERATOR_SECOND_FACTOR", default=not DEVELOPMENT)
# How often an operator's password may be tried from client addresses without a recent sign-in: 20/h, 100/d, off.
OPERATOR_SIGN_IN_RATE_LIMIT = env.rate("OPERATOR_SIGN_IN_RATE_LIMIT", default="20/h")
SIGN_IN_PLACE_KEPT = 30 * 24 * 3600  # seconds for which a sign-in from a client address counts as recent
OPERATOR_SIGN_INS_FROM_ONE_ADDRESS = (30, 60)  # sign-ins, successful or not, in a number of seconds
OPERATOR_SIGN_IN_ATTEMPTS = 5
OPERATOR_SIGN_IN_WINDOW = 300  # seconds; the count is in the cache, which processes share through REDIS_URL
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LOGIN_REDIRECT_URL = operators.PATH
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "backoffice.error_pages.stale_form"
UNFOLD = operators.UNFOLD
