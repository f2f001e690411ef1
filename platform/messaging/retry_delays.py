"""The delays between retries, and the number of attempts after which a message is dead."""

import random
from datetime import timedelta

RETRY_DELAYS = (0.2, 1, 5, 30, 120, 600, 1800)
MAX_ATTEMPTS = len(RETRY_DELAYS) + 1


def retry_delay(attempts: int) -> timedelta:
    """Return the delay after this number of attempts, with a jitter of 25 % that spreads simultaneous failures."""
    seconds = RETRY_DELAYS[min(attempts, len(RETRY_DELAYS)) - 1]
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311 - a jitter, not a secret
