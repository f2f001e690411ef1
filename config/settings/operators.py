"""Operators: how they sign in, and the site of their pages."""

from config import operators
from config.settings.base import DEVELOPMENT, env

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
CSRF_FAILURE_VIEW = "backoffice.error_pages.stale_form"
UNFOLD = operators.UNFOLD
