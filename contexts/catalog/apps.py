"""The wiring of catalog: binds its interface to its facade, and messages to their handlers."""

from django.apps import AppConfig

from building_blocks.interfaces.binding import bind
from messaging.subscriptions import subscribe


class CatalogConfig(AppConfig):
    name = "contexts.catalog"
    label = "catalog"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        from contexts.catalog import command_handlers, event_handlers
        from contexts.catalog.facade import CatalogFacade
        from contexts.catalog.published.interface import Catalog

        bind(Catalog, CatalogFacade)
        subscribe("catalog", command_handlers, event_handlers)
