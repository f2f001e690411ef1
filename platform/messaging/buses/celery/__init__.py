"""
The bus between processes: Celery carries envelopes from a relay to the workers of the subscribed contexts.

Only `config` may import this package.

Must not go here: decisions about which messages are sent, who receives them, and what handlers do. The rest of
`messaging` makes them, without Celery and in the same way on every bus.
"""
