"""
Shortens the lease and other timeouts in the processes of these tests, which would otherwise wait half a minute.

These are constants and not settings, because operators do not need to change them.
"""

from datetime import timedelta

from messaging import dispatcher, inbox, models, relay, retry_delays

RETRY_DELAYS = (0.02, 0.05, 0.1, 0.1)
MAX_ATTEMPTS = len(RETRY_DELAYS) + 1


def shorten_timeouts(lease: timedelta) -> None:
    """:param lease: the new lease; a message is resent after a quarter of it without an acknowledgement."""
    vars(models).update(LEASE=lease, RESEND_AFTER=lease / 4)
    # With delays this short, a relay needs many attempts, so that newer code starts in time.
    vars(relay).update(RESEND_AFTER=lease / 4, MAX_ATTEMPTS=1000)
    vars(retry_delays).update(RETRY_DELAYS=RETRY_DELAYS, MAX_ATTEMPTS=MAX_ATTEMPTS)
    vars(inbox).update(MAX_ATTEMPTS=MAX_ATTEMPTS)
    vars(dispatcher).update(POLL_INTERVAL=0.1)  # seconds
