"""The settings of a web server that a test starts: the demo's, with that test's database and e-mail folder."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403

COUPON_RATE_LIMIT = ORDER_RATE_LIMIT = ORDER_EMAIL_RATE_LIMIT = BASKET_RATE_LIMIT = None
EMAIL_FILE_PATH = Path(os.environ["EMAIL_FILE_PATH"])
