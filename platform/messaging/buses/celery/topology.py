"""
Exchanges and queues: one topic exchange, a queue for each context, a binding for each type of message it handles.

The same is declared on every broker; Redis ignores the options that it does not support. On RabbitMQ each queue is a
quorum queue, and messages that no worker could receive or read go to `DEAD_LETTERS`, where an operator can see them. No
worker consumes that queue, and no message is lost if it overflows or is emptied: the outbox resends them.
"""

from django.conf import settings
from kombu.entity import Exchange, Queue, binding

from messaging.subscriptions import types_handled_by

MAX_DELIVERIES = 20  # of a message that always kills its worker before the worker has stored it
MAX_DEAD_LETTERS = 10_000

EXCHANGE = Exchange("markethall", type="topic", durable=True)
DEAD_LETTERS = Queue(
    "markethall.dead",
    Exchange("markethall.dead", type="fanout", durable=True),
    queue_arguments={"x-queue-type": "quorum", "x-max-length": MAX_DEAD_LETTERS},
)


def queues() -> list[Queue]:
    """Return the queue of each context, bound to the types of the messages that the context handles."""
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
