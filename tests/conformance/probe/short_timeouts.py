"""
The bus's lease, shortened for the processes of these tests, which would else wait half a minute for what was lost.

These are constants of the code and no settings, since no operator has a use for others.
"""

from datetime import timedelta

from messaging import backoff, dispatcher, inbox, models, relay

RETRY_DELAYS = (0.02, 0.05, 0.1, 0.1)
MAX_ATTEMPTS = len(RETRY_DELAYS) + 1


def shorten_timeouts(lease: timedelta) -> None:
    """:param lease: how long a lease is; a message that nobody has confirmed is sent again after a quarter of it."""
    vars(models).update(LEASE=lease, RESEND_AFTER=lease / 4)
    # Newer code would come too late, with pauses this short, if a relay did not try so often.
    vars(relay).update(RESEND_AFTER=lease / 4, MAX_ATTEMPTS=1000)
    vars(backoff).update(RETRY_DELAYS=RETRY_DELAYS, MAX_ATTEMPTS=MAX_ATTEMPTS)
    vars(inbox).update(MAX_ATTEMPTS=MAX_ATTEMPTS)
    vars(dispatcher).update(POLL_INTERVAL=0.1)  # seconds
