"""
Which contexts there are, and where the data of each lives. Nothing else knows all of them.

This process hosts every context. When one leaves, this is where it will be said; its callers and its own code
stay as they are.
"""

import json
from pathlib import Path

IDENTITY = "default"
"""Identity's database alias: what Django and allauth bring lives with "who are you, what may you do"."""

CONTEXTS = {
    "catalog": "catalog",
    "basket": "basket",
    "ordering": "ordering",
    "identity": IDENTITY,
}
"""Each context with its database alias; its schema and login bear its own name."""

DEMO_PAYMENTS = "demo_payments"
"""Not a context but another party, with a schema and a login of its own."""

SCHEMAS = {alias: context for context, alias in CONTEXTS.items()} | {DEMO_PAYMENTS: DEMO_PAYMENTS}
"""Each database alias with its schema, which is also the name of its login."""

_subscriptions = Path(__file__).with_name("subscriptions.json").read_text("utf-8")
SUBSCRIPTIONS: dict[str, dict[str, dict[str, bool]]] = json.loads(_subscriptions)
"""
Each message with the contexts that handle it, wherever they run, and whether they ask for it in order; `make contracts`
writes it off their handlers.
"""

AUTH_USER_MODEL = "identity.User"
