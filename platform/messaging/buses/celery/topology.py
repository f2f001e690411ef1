"""
Exchanges and queues: one topic exchange, a queue for each context, a binding for each message that it hears.

The same is declared on every broker; Redis passes over what it does not know. On RabbitMQ each queue is a quorum queue,
and what no worker could take, or understand, goes to `DEAD_LETTERS`, for a person to look at. Nobody consumes it, and
nothing is lost when it overflows or is emptied: the outbox sends again whatever is not confirmed.
"""

from django.conf import settings
from kombu.entity import Exchange, Queue, binding

from messaging.subscriptions import types_handled_by

MAX_DELIVERIES = 20  # of a message that takes its worker down each time, before it was stored
MAX_DEAD_LETTERS = 10_000

EXCHANGE = Exchange("markethall", type="topic", durable=True)
DEAD_LETTERS = Queue(
    "markethall.dead",
    Exchange("markethall.dead", type="fanout", durable=True),
    queue_arguments={"x-queue-type": "quorum", "x-max-length": MAX_DEAD_LETTERS},
)


def queues() -> list[Queue]:
    """Return the queue of each context, bound to the names of the messages that the context handles."""
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": MAX_DELIVERIES,
        "x-dead-letter-exchange": DEAD_LETTERS.exchange.name,
    }
    return [
        Queue(
            context,
            bindings=[binding(EXCHANGE, routing_key=name) for name in sorted(types_handled_by(context))],
            queue_arguments=arguments,
        )
        for context in settings.CONTEXTS
    ]
