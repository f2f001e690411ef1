"""
The contexts, and the database of each. Only this package lists all of them.

This process hosts every context. If one moves to a process of its own, only this file changes; the context's code and
its callers stay as they are.
"""

import json
from pathlib import Path

IDENTITY = "default"
"""The database alias of identity, which also holds the tables of Django and allauth."""

CONTEXTS = {
    "catalog": "catalog",
    "basket": "basket",
    "ordering": "ordering",
    "identity": IDENTITY,
}
"""The database alias of each context; its schema and login have the name of the context."""

DEMO_PAYMENTS = "demo_payments"
"""Not a context, but another company, with its own schema and login."""

SCHEMAS = {alias: context for context, alias in CONTEXTS.items()} | {DEMO_PAYMENTS: DEMO_PAYMENTS}
"""The schema of each database alias, which is also the name of its login."""

_subscriptions = Path(__file__).with_name("subscriptions.json").read_text("utf-8")
SUBSCRIPTIONS: dict[str, dict[str, dict[str, bool]]] = json.loads(_subscriptions)
"""
The contexts that handle each message, in whichever process, and whether they need it in order; `make contracts` writes
the file from their handlers.
"""

AUTH_USER_MODEL = "identity.User"
