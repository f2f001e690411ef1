"""How long to wait after each failure, and when to give up."""

import random
from datetime import timedelta

PAUSES = (0.2, 1, 5, 30, 120, 600, 1800)
MOST_ATTEMPTS = len(PAUSES) + 1


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts, with a jitter of a quarter, so that failures spread."""
    seconds = PAUSES[min(attempts, len(PAUSES)) - 1]
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311 - a jitter, not a secret
