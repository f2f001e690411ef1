"""The contexts that ordering calls; other modules call them only through this one."""

from building_blocks.interfaces.binding import use
from contexts.basket.published.interface import Basket
from contexts.identity.published.interface import Identity

basket = use(Basket)
identity = use(Identity)
