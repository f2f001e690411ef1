"""
The bus's patience, shortened for the processes of these tests, which would else wait half a minute for what was lost.

These are constants of the code and no settings, since no operator has a use for others.
"""

from datetime import timedelta

from building_blocks.messaging import backoff, dispatcher, inbox, models, relay

PAUSES = (0.02, 0.05, 0.1, 0.1)
MOST_ATTEMPTS = len(PAUSES) + 1


def hurry(patience: timedelta) -> None:
    """:param patience: how long a lease is, and when a message is sent again that nobody has confirmed."""
    models.LEASE = models.SEND_AGAIN_AFTER = relay.SEND_AGAIN_AFTER = patience
    backoff.PAUSES = PAUSES  # type: ignore[assignment]  # so few that a message is soon given up
    backoff.MOST_ATTEMPTS = inbox.MOST_ATTEMPTS = MOST_ATTEMPTS
    relay.MOST_ATTEMPTS = 1000  # since with pauses this short, newer code would come too late
    dispatcher.LOOK_EVERY = 0.1  # seconds
