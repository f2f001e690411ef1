"""
The buses that carry messages from outboxes to inboxes: within this process, or with Celery through a broker.

The setting `BUS` names one; each implements `messaging.bus.Bus`, and `tests/conformance` tests each.

Must not go here: decisions about which messages are handled, in which order, and when they are retried. Relay and inbox
make them.
"""
