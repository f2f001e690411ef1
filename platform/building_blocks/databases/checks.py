"""System checks: every context's tables have a database, and no foreign key points from one context to another."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import router
from django.db.models import Field, Model

from building_blocks.databases.router import IN_EVERY_CONTEXT


@register(Tags.models)
def check_databases(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Return an error for each app without a database and each relation between databases; Django calls this."""
    configs = list(app_configs or apps.get_app_configs())
    unassigned = [error for config in configs for error in unrouted(config)]
    return unassigned + [
        error for config in configs for model in config.get_models() for error in cross_database_relations(model)
    ]


def unrouted(config: AppConfig) -> Iterator[CheckMessage]:
    """Yield an error if a context has tables but no database: the router would put them into identity's."""
    packages = {_package_of(each) for each in apps.get_app_configs() if each.label in settings.CONTEXTS}
    assigned = config.label in settings.ALIAS_OF_APP
    if _package_of(config) in packages and not assigned and any(True for _ in config.get_models()):
        yield Error(
            f"{config.name} has tables, but no database.",
            hint=f"Name its label, {config.label!r}, in CONTEXTS in config/contexts.py.",
            obj=config.name,
            id="databases.E001",
        )


def cross_database_relations(model: type[Model]) -> Iterator[CheckMessage]:
    """Yield an error for each relation of the model to a model in another database."""
    for field in (*model._meta.local_fields, *model._meta.local_many_to_many, *model._meta.private_fields):
        other = field.related_model
        # A name instead of a class means that there is no such model; Django's own check reports that.
        if other is not None and not isinstance(other, str) and _alias_of(other) != _alias_of(model):
            yield Error(
                f"{_name(field, model)} points at {other._meta.label}: from {_alias_of(model)} to {_alias_of(other)}.",
                hint="Store its id in a plain field, and read the rest through the context's published interface.",
                obj=field,
                id="databases.E002",
            )


def _package_of(config: AppConfig) -> str:
    return config.name.rpartition(".")[0]


def _name(field: "Field[Any, Any]", model: type[Model]) -> str:
    return f"The {type(field).__name__} {model._meta.label}.{field.name}"


def _alias_of(model: type[Model]) -> str:
    if model._meta.app_label in IN_EVERY_CONTEXT:
        return "every context"
    return router.db_for_write(model)
