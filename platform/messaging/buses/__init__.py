"""
The buses that can carry messages from outboxes to inboxes: in this process, or through a broker by Celery.

The setting `BUS` names one; each implements `messaging.bus.Bus`. What a bus must not do: decide what is handled, when
it is tried again, or in which order. The inbox does.
"""
