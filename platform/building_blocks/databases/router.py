"""The database router: which table is in which database."""

from typing import Any

from django.conf import settings
from django.db.models import Model

# Each context has the tables of these apps in its own schema, so every query on them names an alias.
IN_EVERY_CONTEXT = {"messaging", "idempotency", "message_console"}


class ContextRouter:
    """Routes each app to the database of its context, and the apps of Django itself to identity's."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        app_label = model._meta.app_label
        if app_label in IN_EVERY_CONTEXT and hasattr(model, "context"):  # a proxy for the table of one context
            return str(settings.CONTEXTS[model.context])
        return self._alias(app_label, hints.get("instance"))

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return one._state.db == other._state.db

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        if app_label in IN_EVERY_CONTEXT:
            return db in settings.CONTEXTS.values()
        return db == self._alias(app_label, None)

    def _alias(self, app_label: str, instance: Model | None) -> str:
        if app_label not in IN_EVERY_CONTEXT:
            return str(settings.ALIAS_OF_APP.get(app_label, settings.IDENTITY))
        if instance is None or instance._state.db is None:
            raise LookupError(f"{app_label} has tables in every context: name one with .using(alias)")
        return instance._state.db
