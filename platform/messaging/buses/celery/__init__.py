"""
The bus between processes: Celery carries envelopes from a relay to the workers of the contexts that subscribe.

Nothing here decides what is sent, who hears it, or what a handler does: that is `messaging`, which
knows nothing of Celery and promises the same on every bus. Nothing else may import this package but `config`.
"""
