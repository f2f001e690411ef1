"""
The outbox and inbox of each context as a model of its own, so that each has its own pages; no tables.

A row's id is unique within its context alone, and only its alias leads to it. These proxies are kept out of Django's
registry: their tables belong to another app, whose migrations must not depend on which contexts there are.
"""

from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings

from messaging.models import InboxMessage, OutboxMessage, StoredMessage

_registry = Apps()
_registry.app_configs["message_console"] = apps.get_app_config("message_console")


def _proxy_model(context: str, queue: type[StoredMessage], name: str, direction: str) -> type[Any]:
    words = {"verbose_name": f"message {direction} {context}", "verbose_name_plural": f"messages {direction} {context}"}
    meta = type("Meta", (), {"app_label": "message_console", "apps": _registry, "proxy": True, **words})
    return type(
        f"{context.title()}{name.title()}", (queue,), {"__module__": __name__, "Meta": meta, "context": context}
    )


OUTBOXES = [_proxy_model(context, OutboxMessage, "outbox", "out of") for context in settings.CONTEXTS]
INBOXES = [_proxy_model(context, InboxMessage, "inbox", "into") for context in settings.CONTEXTS]
