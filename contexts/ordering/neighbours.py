"""The contexts that ordering asks; no other module of it does."""

from building_blocks.interfaces.binding import use
from contexts.basket.published.interface import Basket
from contexts.identity.published.interface import Identity

basket = use(Basket)
identity = use(Identity)
