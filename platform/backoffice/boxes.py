"""
The outbox and inbox of each context as a model of its own, so that each has its own pages; no tables.

A row's id is unique within its context alone, and only its alias leads to it. These proxies are kept out of Django's
registry: their tables belong to another app, whose migrations must not depend on which contexts there are.
"""

from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings

from building_blocks.messaging.models import InboxMessage, OutboxMessage, StoredMessage

_apart = Apps()
_apart.app_configs["backoffice"] = apps.get_app_config("backoffice")


def _of(context: str, box: type[StoredMessage], name: str, way: str) -> type[Any]:
    words = {"verbose_name": f"message {way} {context}", "verbose_name_plural": f"messages {way} {context}"}
    meta = type("Meta", (), {"app_label": "backoffice", "apps": _apart, "proxy": True, **words})
    return type(f"{context.title()}{name.title()}", (box,), {"__module__": __name__, "Meta": meta, "context": context})


OUTBOXES = [_of(context, OutboxMessage, "outbox", "out of") for context in settings.CONTEXTS]
INBOXES = [_of(context, InboxMessage, "inbox", "into") for context in settings.CONTEXTS]
