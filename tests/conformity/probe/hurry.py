"""
The bus's patience, shortened for the processes of these tests, which would else wait half a minute for what was lost.

These are constants of the code and no settings, since no operator has a use for others.
"""

from datetime import timedelta

from building_blocks.messaging import backoff, dispatcher, inbox, models, relay

PAUSES = (0.02, 0.05, 0.1, 0.1)
MOST_ATTEMPTS = len(PAUSES) + 1


def hurry(patience: timedelta) -> None:
    """:param patience: how long a lease is; a message that nobody has confirmed is sent again after a quarter of it."""
    vars(models).update(LEASE=patience, SEND_AGAIN_AFTER=patience / 4)
    # Newer code would come too late, with pauses this short, if a relay did not try so often.
    vars(relay).update(SEND_AGAIN_AFTER=patience / 4, MOST_ATTEMPTS=1000)
    vars(backoff).update(PAUSES=PAUSES, MOST_ATTEMPTS=MOST_ATTEMPTS)
    vars(inbox).update(MOST_ATTEMPTS=MOST_ATTEMPTS)
    vars(dispatcher).update(LOOK_EVERY=0.1)  # seconds
