"""Exchange and queues: one topic exchange, a queue for each context, a binding for each message that it hears."""

from django.conf import settings
from kombu.entity import Exchange, Queue, binding

from building_blocks.messaging.subscriptions import types_heard_by

EXCHANGE = Exchange("markethall", type="topic", durable=True)


def queues() -> list[Queue]:
    """Return the queue of each context, bound to the names of the messages that the context handles."""
    return [
        Queue(context, bindings=[binding(EXCHANGE, routing_key=name) for name in sorted(types_heard_by(context))])
        for context in settings.CONTEXTS
    ]
