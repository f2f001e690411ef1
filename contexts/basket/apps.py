"""Wires basket: binds its interface to its facade, and subscribes its handlers to messages."""

from django.apps import AppConfig

from building_blocks.interfaces.binding import bind
from messaging.subscriptions import subscribe


class BasketConfig(AppConfig):
    name = "contexts.basket"
    label = "basket"
    verbose_name = "Selling"

    def ready(self) -> None:
        from contexts.basket import command_handlers, event_handlers
        from contexts.basket.facade import BasketFacade
        from contexts.basket.published.interface import Basket

        bind(Basket, BasketFacade)
        subscribe("basket", command_handlers, event_handlers)
