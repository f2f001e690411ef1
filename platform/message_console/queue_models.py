"""
Proxy models for the outbox and the inbox of each context, so that each has its own admin pages. They add no tables.

The id of a row is unique only within its context, and only the context's alias leads to it. The proxies are not in
Django's registry: their tables belong to another app, whose migrations must not depend on which contexts exist.
"""

from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings

from messaging.models import InboxMessage, OutboxMessage, StoredMessage

_registry = Apps()
_registry.app_configs["message_console"] = apps.get_app_config("message_console")


def _proxy_model(context: str, table: type[StoredMessage], queue: str) -> type[Any]:
    name = f"{context} {queue} message"
    options = {"app_label": "message_console", "apps": _registry, "proxy": True, "verbose_name": name}
    meta = type("Meta", (), options | {"verbose_name_plural": f"{name}s"})
    attributes = {"__module__": __name__, "Meta": meta, "context": context}
    return type(f"{context.title()}{queue.title()}", (table,), attributes)


OUTBOXES = [_proxy_model(context, OutboxMessage, "outbox") for context in settings.CONTEXTS]
INBOXES = [_proxy_model(context, InboxMessage, "inbox") for context in settings.CONTEXTS]
